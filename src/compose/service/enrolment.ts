import { directoryOfKey } from '../../accounts/index.ts'
import { readPhones } from '../../directory/index.ts'
import type { CampaignSettings, EnrolmentParts, Pairings } from '../../operations/index.ts'
import { parsePrefix } from '../../support/index.ts'
import type { Generation } from '../generation/generation.ts'
import { directoriesOf } from '../named-in-rules.ts'
import { createCampaigns } from '../sign-in-rules.ts'
import type { WithLanguage } from './with-language.ts'

/** What setting something up at the portal needs, of the configuration in use. */
export function createEnrolmentParts(
  generation: () => Pick<
    Generation,
    'campaignFor' | 'config' | 'directories' | 'portal' | 'reach' | 'texts'
  >,
  withLanguage: WithLanguage,
  pairings: Pairings,
): EnrolmentParts {
  const directoryOf = (userKey: string) => generation().directories.get(directoryOfKey(userKey))
  return {
    reach: {
      wayOf: (method) => generation().reach.wayOf(method),
      sendCode: (user, contact, code, signal) =>
        generation().reach.sendCode(user, contact, code, signal),
      ring: (user, contact, signal) => generation().reach.ring(user, contact, signal),
    },
    async readPhone(written) {
      const { numbers } = await readPhones([written], generation().config.defaultRegion ?? '')
      return numbers[0]
    },
    async findUser(userKey, signal) {
      const found = await directoryOf(userKey)?.resolveKey(userKey, signal)
      return found?.kind === 'user' ? withLanguage(found.user) : undefined
    },
    passwordStamp: async (user, signal) => directoryOf(user.key)?.passwordStamp?.(user, signal),
    passwordSetMs: async (user, signal) => directoryOf(user.key)?.passwordSetMs?.(user, signal),
    isInCampaign: async (user) => (await generation().campaignFor(user)) !== undefined,
    settings() {
      const { enrolment, methods, web } = generation().config
      return {
        networks: enrolment.networks.flatMap((network) => parsePrefix(network) ?? []),
        trustsDirectoryPhones: enrolment.directoryPhones === 'written-by-administrators',
        tries: methods.sms?.attempts ?? 3,
        ...(web?.people === undefined ? {} : { portal: web.people.publicUrl }),
      }
    },
    pairings,
    passkeys: () => generation().portal?.passkeys,
    text(key, language, values = {}) {
      const { config, texts } = generation()
      const helpdesk = config.web?.helpdesk ?? texts.text('notice-helpdesk', language)
      return texts.text(key, language, { helpdesk, ...values })
    },
    languageOf: (language) => generation().texts.languageOf(language),
    directories: () => [...generation().directories.values()],
    campaigns: () => campaignsOf(generation()),
  }
}

/** Each campaign with the directories whose people sign in at its gateways. */
function campaignsOf({
  config,
  directories,
}: Pick<Generation, 'config' | 'directories'>): readonly CampaignSettings[] {
  const written = new Map(config.enrolment.campaigns.map((each) => [each.name, each]))
  return createCampaigns(config).map((campaign) => {
    const gateways = campaign.gateways.flatMap((name) => config.gateways[name] ?? [])
    const names = new Set(gateways.flatMap((gateway) => directoriesOf(config, gateway)))
    const { group: groupName = campaign.group, remindEveryMs } = written.get(campaign.name) ?? {}
    return {
      ...{ ...campaign, groupName },
      directories: [...names].flatMap((name) => directories.get(name) ?? []),
      ...(remindEveryMs === undefined ? {} : { remindEveryMs }),
    }
  })
}
