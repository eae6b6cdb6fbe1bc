// The page starts here: the client (state, actions, connection) meets what is on the screen. Wishes of components come up
// as events, are caught here once, and become actions.
import { grant } from './components/act.js';
import { CwApp } from './components/cw-app.js';
import { createClient } from './transport/client.js';
import { openWithoutServer } from './transport/worker.js';

const app = document.querySelector('cw-app');
if (!(app instanceof CwApp)) throw new Error('index.html has no cw-app');

const client = createClient(window);
grant(app, client.actions, new AbortController().signal);
app.page = client;
client.start();
openWithoutServer(window);
