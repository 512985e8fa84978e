import type { RememberedSignIn } from '../../../accounts/index.ts'
import { formatMac } from '../../../support/index.ts'
import {
  command,
  commandGroup,
  jsonOption,
  reasonOption,
  targetOptions,
  userArgument,
} from '../../command.ts'
import { CliError } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { withSession } from '../../service/session.ts'
import { createPaint, formatTable, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const list = command({
  usage: 'list <user>',
  describe: 'List the devices of a user that need no second factor now',
  options: (yargs) => jsonOption(targetOptions(userArgument(yargs))),
  async run(args, io) {
    const { person, signIns } = await withSession(args, io, (session) =>
      session.call('remembered.list', { name: args.user }),
    )
    if (args.json) printJson(io, signIns)
    else if (signIns.length === 0) {
      print(io, `Nothing is remembered of ${printable(person.name)}.`)
    } else {
      const headings = ['DEVICE', 'GATEWAYS', 'NETWORK', 'METHOD', 'SINCE', 'ENDS']
      const rows = signIns.map(({ device, gatewayGroup, network, method, atMs, untilMs }) => [
        formatDevice(device),
        printable(gatewayGroup),
        printable(network),
        method,
        formatDateTime(atMs),
        formatDateTime(untilMs),
      ])
      print(io, formatTable(headings, rows, createPaint(io)))
    }
    return exitCodes.ok
  },
})

const forget = command({
  usage: 'forget <user>',
  describe: 'Ask a person for the second factor again, from all devices or from one',
  options: (yargs) =>
    reasonOption(targetOptions(userArgument(yargs))).option('device', {
      type: 'string',
      requiresArg: true,
      describe: 'MAC address, address or certificate, as list shows it',
    }),
  async run(args, io) {
    const device = args.device === undefined ? undefined : await readDevice(args.device)
    const { person, forgotten } = await withSession(args, io, (session) =>
      session.call('remembered.forget', {
        reason: args.reason,
        name: args.user,
        ...(device === undefined ? {} : { device }),
      }),
    )
    const name = printable(person.name)
    const from = device === undefined ? '' : ` from ${formatDevice(device)}`
    print(
      io,
      forgotten === 0
        ? `Nothing was remembered of ${name}${from}.`
        : `${name} is asked for the second factor again${from}.`,
    )
    return exitCodes.ok
  },
})

async function readDevice(text: string): Promise<RememberedSignIn['device']> {
  const [, value] = /^certificate:([\da-f]{1,64})$/i.exec(text) ?? []
  if (value !== undefined) return { kind: 'certificate', value: value.toUpperCase() }
  const { normaliseDevice } = await import('../../../transport/attempt/device.ts')
  const device = normaliseDevice(text)
  if (device?.kind === 'mac') return { kind: device.kind, value: device.value }
  if (device?.kind === 'address') return { kind: device.kind, value: device.value }
  throw new CliError('usage', '--device takes a MAC address, an IP address or certificate:NUMBER.')
}

/** MAC addresses as people read them. */
function formatDevice({ kind, value }: RememberedSignIn['device']): string {
  switch (kind) {
    case 'mac':
      return formatMac(value)
    case 'certificate':
      return `certificate:${printable(value)}`
    case 'address':
      return printable(value)
  }
}

export const rememberedCommand = commandGroup(
  'remembered',
  'Manage remembered devices, which need no second factor: list, forget',
  [list, forget],
)
