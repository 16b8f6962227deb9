import * as fs from 'node:fs';
import { build } from '../../main';
import { drawFleet } from './draw';

const FILE = 'docs/fleet.svg';

fs.writeFileSync(FILE, drawFleet(build()));
process.stdout.write(`${FILE}\n`);
