import type { PersonRecord, User } from '../../accounts/index.ts'
import { type Context, needsUserVerification, note } from '../context.ts'
import type { SignInParts } from '../parts.ts'
import { type Choices, hasSomething } from '../usable/choices.ts'
import type { Campaign } from './campaign.ts'

type CampaignParts = Pick<SignInParts, 'campaigns' | 'history' | 'missingGroups' | 'personRecords'>

/** Why a campaign that runs here does not apply to someone, for the time line. */
type Hindrance = 'enrolled-before' | 'account-idle' | 'needed-before' | 'rule-asks-for-more'

/**
 * Whether the password alone is enough here and now, by a campaign. Everything is asked again each time; what cannot be
 * found out is a no. Only after a right password that has not expired.
 */
export async function isInCampaign(
  context: Context,
  user: User,
  { enrolled }: Choices,
): Promise<boolean> {
  const { attempt, expired, parts } = context
  const { gateway } = attempt
  if (parts.campaigns.length === 0 || expired !== undefined) return false
  if (hasSomething(context, enrolled)) return false
  if (gateway.isPortal === true || gateway.firstFactor.kind !== 'directories') return false
  const running = runningFor(parts, user, parts.clock.nowMs())
  const campaign = running.find(({ gateways }) => gateways.includes(gateway.name))
  if (campaign === undefined) return false
  const hindrance = needsUserVerification(context)
    ? 'rule-asks-for-more'
    : await hindranceOf(parts, user, campaign, gateway.name)
  if (hindrance === undefined) {
    note(context, 'campaign', { name: campaign.name })
    return true
  }
  note(context, 'campaign-not', { name: campaign.name, why: hindrance })
  return false
}

/**
 * The campaign by which the password alone lets this person set up a first way at the portal; undefined where none does.
 * The caller has made sure that nothing is set up.
 */
export async function campaignAtPortal(
  parts: CampaignParts,
  user: User,
  nowMs: number,
): Promise<Campaign | undefined> {
  for (const campaign of runningFor(parts, user, nowMs)) {
    for (const gateway of campaign.gateways) {
      if ((await hindranceOf(parts, user, campaign, gateway)) === undefined) return campaign
    }
  }
  return undefined
}

/** Those that run now and are for this person. A group that is gone has no members. */
function runningFor(
  { campaigns, missingGroups }: CampaignParts,
  { directory, groups }: User,
  nowMs: number,
): readonly Campaign[] {
  const missing = campaigns.length === 0 ? undefined : missingGroups(directory)
  return campaigns.filter(
    ({ fromMs, group, untilMs }) =>
      fromMs <= nowMs && nowMs < untilMs && groups.includes(group) && !missing?.has(group),
  )
}

async function hindranceOf(
  { history, personRecords }: CampaignParts,
  { key }: User,
  { fromMs }: Campaign,
  gateway: string,
): Promise<Hindrance | undefined> {
  const barred = barredBy(await personRecords.load(key))
  if (barred !== undefined) return barred
  return (await history.hasNeeded(key, gateway, fromMs)) ? 'needed-before' : undefined
}

/** One enrolment ends every campaign for that person forever; a forgotten account has none (PEOPLE R2). */
export function barredBy({ enrolledOnceMs, idleSinceMs }: PersonRecord): Hindrance | undefined {
  if (enrolledOnceMs !== undefined) return 'enrolled-before'
  return idleSinceMs === undefined ? undefined : 'account-idle'
}
