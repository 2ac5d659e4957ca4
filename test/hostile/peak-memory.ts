/** Loaded into a process with `--import`: on exit it writes the most memory the process ever held, in KiB, where `PEAK_FILE` says. */
import { writeFileSync } from 'node:fs';

const file = process.env.PEAK_FILE;
if (file !== undefined) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
