import * as z from 'zod'
import type { CampaignSettings } from '../enrolment/parts.ts'
import { AdminError } from '../errors.ts'
import { nothing, type OperationCall, operation } from '../operation.ts'
import type { AdminParts } from '../parts.ts'
import { listPeople, neededParts, type PeopleWanted, unlisted } from './list-people.ts'
import { createCounts, type EnrolmentCounts, type EnrolmentRow, rowOf } from './rows.ts'

/** A campaign as commands show it. */
export type CampaignView = {
  readonly name: string
  readonly group: string
  readonly gateways: readonly string[]
  /** Milliseconds since 1970; `untilMs` is the first moment at which it is no longer valid. */
  readonly fromMs: number
  readonly untilMs: number
  readonly state: 'planned' | 'running' | 'over'
  readonly remindEveryMs?: number
}

export type EnrolmentList = {
  readonly counts: EnrolmentCounts
  /** Directories that cannot say who their people are. */
  readonly unlisted: readonly string[]
}

/** Name of a group as rules write it. */
export const groupName = z.string().min(1).max(1024)

/** Lists of people who have something set up and of people who have not: of everyone, of a group, of a campaign. */
export function createCampaignOperations(parts: AdminParts) {
  const { clock } = parts

  /** Sends events `{ rows }` as the directory gives its people; `isWanted` chooses what is sent, and all are counted. */
  async function send(
    wanted: PeopleWanted,
    isWanted: (row: EnrolmentRow) => boolean,
    call: OperationCall,
  ): Promise<EnrolmentList> {
    const enrolment = neededParts(parts)
    const counting = createCounts()
    for await (const people of listPeople(parts, wanted, call.signal)) {
      const rows = people.map((each) => rowOf(enrolment, each))
      counting.add(rows)
      const chosen = rows.filter(isWanted)
      if (chosen.length > 0) call.send({ rows: chosen })
    }
    return { counts: counting.counts(), unlisted: unlisted(wanted.directories) }
  }

  function viewOf(campaign: CampaignSettings): CampaignView {
    const { name, groupName: group, gateways, fromMs, untilMs, remindEveryMs } = campaign
    const nowMs = clock.nowMs()
    return {
      ...{ name, group, gateways, fromMs, untilMs },
      state: nowMs < fromMs ? 'planned' : nowMs < untilMs ? 'running' : 'over',
      ...(remindEveryMs === undefined ? {} : { remindEveryMs }),
    }
  }

  return {
    /** Everyone or a group; with `missing` only those for whom nothing serves as a second factor. */
    'enrolment.list': operation(
      z.strictObject({ group: groupName.optional(), missing: z.boolean().default(false) }),
      async ({ group, missing }, call): Promise<EnrolmentList> => {
        const directories = neededParts(parts).directories()
        return await send(
          { group, directories },
          ({ state }) => !missing || state === 'missing',
          call,
        )
      },
    ),

    'campaign.list': operation(
      nothing,
      async (): Promise<readonly CampaignView[]> => neededParts(parts).campaigns().map(viewOf),
    ),

    /** Sends those who are missing, and counts the others. */
    'campaign.show': operation(
      z.strictObject({ name: z.string().min(1).max(64) }),
      async ({ name }, call): Promise<EnrolmentList & { readonly campaign: CampaignView }> => {
        const campaigns = neededParts(parts).campaigns()
        const campaign = campaigns.find((each) => each.name === name)
        if (campaign === undefined) throw campaignUnknown(name, campaigns)
        const { groupName: group, directories } = campaign
        const list = await send({ group, directories }, ({ state }) => state === 'missing', call)
        return { campaign: viewOf(campaign), ...list }
      },
    ),
  }
}

function campaignUnknown(name: string, campaigns: readonly CampaignSettings[]): AdminError {
  const names = campaigns.map((each) => each.name)
  const known = names.length === 0 ? 'There is none.' : `There are: ${names.join(', ')}.`
  return new AdminError('campaign-unknown', `The configuration has no campaign "${name}". ${known}`)
}
