import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type AgentsProposal,
  agentClasses,
  loadAgents,
  type ProposedAgent,
  proposeAgents,
  withProposal,
} from '../../settings/index.ts';
import { CodedError, exitCodes } from '../../vocab/index.ts';
import type { Exit } from '../exit.ts';
import { plain } from '../talk/terminal.ts';
import { command, terminalOf } from './command.ts';

export const agentsCommand = (_exit: Exit): Command =>
  new Command('agents').addCommand(listCommand()).addCommand(updateCommand());

const listCommand = (): Command =>
  command('list', 'every agent with its operator, class, date and source')
    .addOption(new Option('--class <class>', 'only agents of this class').choices(agentClasses))
    .addHelpText('after', '\nExample:\n  heed agents list --class train')
    .action(async options => {
      const { data, isJson } = terminalOf(options);
      const { version, digest, agents: all } = loadAgents();
      const agents = all.filter(agent => options.class === undefined || agent.class === options.class);
      if (isJson) return data(`${JSON.stringify({ version, digest, agents })}\n`);
      const [width, room] = [
        Math.max(...all.map(({ token }) => token.length)),
        Math.max(...all.map(({ operator }) => operator.length)),
      ];
      const rows = agents.map(
        ({ token, operator, class: kind, since, source }) =>
          `${token.padEnd(width)}  ${kind.padEnd(13)}  ${operator.padEnd(room)}  ${since}  ${source}\n`,
      );
      await data(`${rows.join('')}${agents.length} of ${all.length} agents, list ${version} ${digest}\n`);
    });

const updateCommand = (): Command =>
  command('update', 'what a newer robots.json of ai.robots.txt would add to the list; a proposal, nothing is changed')
    .requiredOption('--from <file>', 'robots.json')
    .option('--date <date>', 'date of the proposal, YYYY-MM-DD; default: today')
    .option('--write <file>', 'write the whole list with the additions; what is no longer listed there stays')
    .addHelpText('after', '\nExample:\n  heed agents update --from robots.json --write agents.json')
    .action(async options => {
      const { data, talk, isJson } = terminalOf(options);
      const date = dateOf(options.date);
      const { version, agents } = loadAgents();
      const proposal = proposeAgents({ version, agents }, options.from, date);
      if (options.write !== undefined) {
        const list = withProposal({ version, agents }, proposal, date);
        writeFileSync(options.write, `${JSON.stringify(list, null, 2)}\n`);
        talk(`wrote ${list.agents.length} agents to ${options.write}; look at every class before you use it\n`);
      }
      await data(isJson ? `${JSON.stringify(proposal)}\n` : proposalText(proposal));
    });

function dateOf(text: string | undefined): string {
  const date = text ?? new Date().toISOString().slice(0, 10);
  if (/^\d{4}-\d\d-\d\d$/.test(date) && !Number.isNaN(Date.parse(date))) return date;
  throw new CodedError('ERR_DATE', exitCodes.usage, `--date: \`${date.slice(0, 40)}\` is no date`, {
    next: 'write it as 2026-11-26',
  });
}

function proposalText({ from, source, added, renamed, removed, skipped }: AgentsProposal): string {
  const proposed = ({ agent, why, caution }: ProposedAgent): string =>
    `${agent.token} (${agent.operator}): ${agent.class}, ${why}${caution ? `; CAUTION: ${caution}` : ''}`;
  const lines = [
    `list ${from} against ${source}`,
    ...added.map(agent => `+ ${proposed(agent)}`),
    ...renamed.map(rename => `~ ${rename.from} → ${proposed(rename.to)}`),
    ...removed.map(
      ({ token, class: kind }) => `- ${token} (${kind}): no longer listed there; stays, because robots.txt files go on naming it`,
    ),
    ...skipped.map(token => `! \`${token.slice(0, 80)}\` is no product token`),
    `${added.length} added, ${renamed.length} renamed, ${removed.length} no longer listed`,
  ];
  return `${lines.map(plain).join('\n')}\n`;
}
