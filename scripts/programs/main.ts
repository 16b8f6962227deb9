import path from 'node:path';
import { CONTEXT, writeContext } from './programs';

void writeContext(path.join(__dirname, '../..', CONTEXT)).then((programs) => {
  for (const { file, text } of programs) process.stdout.write(`${CONTEXT}/${file} ${text.length} bytes\n`);
});
