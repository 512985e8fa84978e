import type { CampaignView } from '../../../operations/index.ts'
import { counted, dayMs } from '../../../support/index.ts'
import { command, commandGroup, jsonOption, targetOptions } from '../../command.ts'
import { exitCodes } from '../../exit-codes.ts'
import { print, printJson } from '../../io.ts'
import { collectPeople, noteUnlisted } from '../../service/people.ts'
import { withService } from '../../service/session.ts'
import { formatCounts, formatPeople } from '../../text/people.ts'
import { createPaint, formatFields, formatTable, printable } from '../../text/print.ts'
import { formatDateTime } from '../../text/times.ts'

const list = command({
  usage: 'list',
  describe: 'List the campaigns of the configuration: for whom, where and until when',
  options: (yargs) => jsonOption(targetOptions(yargs)),
  async run(args, io) {
    const campaigns = await withService(args, io, (session) => session.call('campaign.list', {}))
    if (args.json) printJson(io, campaigns)
    else if (campaigns.length === 0) print(io, 'The configuration has no campaign.')
    else {
      const rows = campaigns.map((campaign) => [
        printable(campaign.name),
        campaign.state,
        printable(campaign.group),
        campaign.gateways.map(printable).join(', '),
        lastDayOf(campaign),
        remindersOf(campaign),
      ])
      const header = ['NAME', 'STATE', 'GROUP', 'GATEWAYS', 'LAST DAY', 'REMINDERS']
      print(io, formatTable(header, rows, createPaint(io)))
    }
    return exitCodes.ok
  },
})

const show = command({
  usage: 'show <name>',
  describe: 'Show how many users of a campaign are done, and who is still missing',
  options: (yargs) =>
    jsonOption(targetOptions(yargs)).positional('name', {
      type: 'string',
      demandOption: true,
      describe: 'Name of the campaign in the configuration',
    }),
  async run(args, io) {
    const { rows, result } = await collectPeople(args, io, (session, onEvent) =>
      session.call('campaign.show', { name: args.name }, onEvent),
    )
    const { campaign, counts } = result
    if (args.json) {
      printJson(io, { missing: rows, ...result })
      return exitCodes.ok
    }
    const paint = createPaint(io)
    const fields = [
      ['campaign', `${printable(campaign.name)} (${campaign.state})`],
      ['group', printable(campaign.group)],
      ['gateways', campaign.gateways.map(printable).join(', ')],
      ['first day', dayOf(campaign.fromMs)],
      ['last day', lastDayOf(campaign)],
      ['reminders', remindersOf(campaign)],
    ] as const
    print(io, formatFields(fields, paint))
    print(io, `\n${formatCounts(counts)}`)
    if (rows.length > 0) print(io, `\n${formatPeople(rows, paint)}`)
    noteUnlisted(result, io)
    return exitCodes.ok
  },
})

export const campaignCommand = commandGroup(
  'campaign',
  'Show campaigns for setting up phones: list, show',
  [list, show],
)

function dayOf(atMs: number): string {
  return formatDateTime(atMs).slice(0, 10)
}

function lastDayOf({ untilMs }: CampaignView): string {
  return dayOf(untilMs - 1)
}

function remindersOf({ remindEveryMs }: CampaignView): string {
  if (remindEveryMs === undefined) return 'none'
  const days = remindEveryMs / dayMs
  return Number.isInteger(days)
    ? `every ${counted(days, 'day')}`
    : `every ${counted(Math.round(remindEveryMs / 3_600_000), 'hour')}`
}
