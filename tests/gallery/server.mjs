// Serves static/ and the gallery over it, with the page's own Content-Security-Policy, so that the gallery is refused
// whatever the real page would be refused.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const STATIC = join(HERE, '..', '..', 'static');
/** The gallery's own scripts, served as if they stood in static/. */
const GALLERY = ['/gallery.js', '/fixtures.js'];
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/**
 * @param {number} [port] 0 takes any that is free
 * @returns {Promise<{ address: string, stop: () => void }>}
 */
export function serve(port = 0) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://gallery').pathname);
    try {
      // The gallery is the real index.html with another script: the templates stay the only ones.
      const body =
        path === '/gallery' || path === '/'
          ? (await readFile(join(STATIC, 'index.html'), 'utf8')).replace('src="app.js"', 'src="gallery.js"')
          : await readFile(GALLERY.includes(path) ? join(HERE, path) : join(STATIC, path));
      const type = path === '/' || path === '/gallery' ? TYPES['.html'] : TYPES[/** @type {keyof typeof TYPES} */ (extname(path))];
      response.writeHead(200, { 'content-type': type ?? 'application/octet-stream', 'content-security-policy': POLICY, 'cache-control': 'no-store' });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve({ address: `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`, stop: () => server.close() });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(`${(await serve(8090)).address}/?name=chat&theme=light`);
