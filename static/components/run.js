// How components ask what only whoever runs the server asks, or who comes to it with a link.
import { act } from './act.js';
import { createRunning } from '../transport/running.js';

/** @param {Element} from @returns {import('../transport/running.js').Running} */
export const running = (from) => /** @type {import('../transport/running.js').Running} */ (act(from, 'ask', createRunning));
