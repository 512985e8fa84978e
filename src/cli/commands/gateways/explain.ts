import { credentialNames } from '../../../signin/rules/credential-name.ts'
import { eapMethodNames } from '../../../signin/rules/eap-methods.ts'
import { command, jsonOption, targetOptions } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withService } from '../../service/session.ts'
import { formatExplanation } from '../../text/explain.ts'
import { createPaint } from '../../text/print.ts'
import { parseTime } from '../../text/times.ts'

export const explainCommand = command({
  usage: 'explain <user>',
  describe: 'Show what would happen at a sign-in, and why; it calls no one and changes no counters',
  options: (yargs) =>
    jsonOption(targetOptions(yargs))
      .positional('user', {
        type: 'string',
        demandOption: true,
        describe: 'Name as it is typed at the gateway, or a MAC address that asks for itself',
      })
      .option('gateway', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        describe: 'Name of the gateway in the configuration',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'Address or MAC of the person’s device, as in Calling-Station-Id',
      })
      .option('at', {
        type: 'string',
        requiresArg: true,
        describe: 'When: 08:12 (today), 2026-12-24T23:00. Default: now',
      })
      .option('outage', {
        choices: ['directory', 'provider'] as const,
        requiresArg: true,
        describe: 'As if every directory server, or every provider, were down',
      })
      .option('credential', {
        choices: credentialNames,
        describe: 'How the password is sent. Default: pap',
      })
      .option('eap-method', {
        choices: eapMethodNames,
        conflicts: 'credential',
        describe: 'As if it came by this method of EAP; tls is with a certificate',
      })
      .option('attribute', {
        alias: 'a',
        type: 'string',
        array: true,
        default: [],
        describe: 'Another attribute of the request, NAME=VALUE; may be given again',
      }),
  async run({ user, gateway, from, at, outage, credential, eapMethod, attribute, ...args }, io) {
    const atMs = at === undefined ? undefined : parseTime(at, io.clock.nowMs())
    if (at !== undefined && atMs === undefined) {
      throw new CliError('usage', '--at takes a time; try 08:12 or 2026-12-24T23:00.')
    }
    const attributes = await readAttributes(attribute)
    const explanation = await withService(args, io, (session) =>
      session.call('explain', {
        user,
        gateway,
        ...(from === undefined ? {} : { from }),
        ...(atMs === undefined ? {} : { atMs }),
        ...(outage === undefined ? {} : { outage }),
        ...(credential === undefined ? {} : { credential }),
        ...(eapMethod === undefined ? {} : { eapMethod }),
        ...(attribute.length === 0 ? {} : { attributes }),
      }),
    )
    if (args.json) printJson(io, explanation)
    else print(io, formatExplanation(explanation, createPaint(io)))
    return exitCodes.ok
  },
})

async function readAttributes(texts: readonly string[]) {
  if (texts.length === 0) return []
  const { parseAttribute } = await import('../../try/request.ts')
  return texts.map(parseAttribute).map(([name, value]) => ({ name, value }))
}
