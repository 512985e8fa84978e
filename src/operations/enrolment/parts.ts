import type { User } from '../../accounts/index.ts'
import type { Passkeys } from '../../methods/index.ts'
import type { Campaign, Directory, Reach, TextKey } from '../../signin/index.ts'
import type { Prefix } from '../../support/index.ts'
import type { Pairings } from '../phones/pairings.ts'

/** What setting something up needs of a running service; all of it of the configuration in use. */
export type EnrolmentParts = {
  readonly reach: Reach
  /** A number as people write it, in E.164; undefined where it cannot be reached. */
  readPhone(written: string): Promise<string | undefined>
  /** Asks the directory of this person; undefined where it cannot tell now. */
  findUser(userKey: string, signal: AbortSignal): Promise<User | undefined>
  /** See Directory. */
  passwordStamp(user: User, signal: AbortSignal): Promise<string | undefined>
  passwordSetMs(user: User, signal: AbortSignal): Promise<number | undefined>
  /** Whether a campaign lets this person set something up with the password alone. The caller has made sure that nothing is set up. */
  isInCampaign(user: User): Promise<boolean>
  settings(): EnrolmentSettings
  /** Phones that are about to be paired. */
  readonly pairings: Pairings
  /** Absent where there are none. */
  passkeys(): Passkeys | undefined
  /** {helpdesk} is filled in. */
  text(
    key: TextKey,
    language: string | undefined,
    values?: Readonly<Record<string, string>>,
  ): string
  /** The language of the texts that people with this one get. */
  languageOf(language: string | undefined): string
  /** Those of the configuration, in its order. */
  directories(): readonly Directory[]
  campaigns(): readonly CampaignSettings[]
}

/** A campaign, and where its people are. */
export type CampaignSettings = Campaign & {
  /** As the configuration has it. */
  readonly groupName: string
  readonly directories: readonly Directory[]
  /** How often people who have nothing set up get a mail; absent: never. */
  readonly remindEveryMs?: number
}

export type EnrolmentSettings = {
  /** Where the password is proof enough. */
  readonly networks: readonly Prefix[]
  readonly trustsDirectoryPhones: boolean
  /** Address of the portal, where there is one. */
  readonly portal?: string
  /** Wrong codes before one that was sent is no longer valid. */
  readonly tries: number
}
