// One command of upkeep in a process of its own, to be killed:
//   node test/faults/withdraw-upkeep.ts <revoke|compact|erase> <dataset> <domain> [e-mail address]
import { fileURLToPath } from 'node:url';
import { compact, erase, revoke, selectorOf } from '../../src/upkeep/index.ts';

/** Also called by the test itself, to go on with what a killed process left. */
export async function upkeep(command: string, out: string, domain: string, address?: string): Promise<void> {
  const software = { name: 'heed', version: '0.0.0' };
  const random = `u${String(Date.now() % 1e6).padStart(6, '0')}${process.pid % 1000}`;
  const options = { out, software, random, wallClock: Date.now };
  const selectors = [selectorOf('domain', domain)];
  if (command === 'revoke') await revoke({ ...options, selectors, reason: 'a test' });
  else if (command === 'compact') await compact({ ...options, graceMs: 0 });
  else await erase({ ...options, request: { selectors, addresses: address === undefined ? [] : [address] }, reason: 'a test' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command = '', out = '', domain = '', address] = process.argv.slice(2);
  await upkeep(command, out, domain, address);
  console.log('done');
}
