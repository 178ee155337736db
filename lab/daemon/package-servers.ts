import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { NAMESPACE } from '../paths.ts';

/** `/debian-12-bare/Packages`: one folder an image, and no others below it. The name of a package has its epoch as `%3a`. */
const FILE = /^\/([a-z0-9-]+)\/((?:\.\/)?[A-Za-z0-9][A-Za-z0-9.+:~%_-]*)$/;

/** The package repositories of the images by HTTP, as a mirror on the internet and a bucket of S3 have them. */
export function packageServer(): Server {
  return createServer((request, response) => {
    const [, image = '', file = ''] = FILE.exec(decoded(request.url ?? '')) ?? [];
    const path = join(NAMESPACE.images, image, 'srv/packages', file);
    if (image === '' || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Length': statSync(path).size });
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
  });
}

/** Empty if it is not valid. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return '';
  }
}
