// node support.mjs CLIENTS FILE…: what mail programs do not show of each file, by the data of caniemail.com, as JSON:
// file → feature → programs that drop it. CLIENTS are patterns with commas between them.
import { readFileSync } from 'node:fs';
import { caniemail } from 'caniemail';

const [clients, ...files] = process.argv.slice(2);
const dropped = {};
for (const file of files) {
  const { issues } = caniemail({ clients: clients.split(','), html: readFileSync(file, 'utf8') });
  dropped[file] = {};
  for (const [client, found] of issues.errors) {
    for (const { title } of found) (dropped[file][title] ??= []).push(client);
  }
}
console.log(JSON.stringify(dropped));
