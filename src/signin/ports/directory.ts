import type { User } from '../../accounts/index.ts'
import type { Secret } from '../../support/index.ts'
import type {
  Attempt,
  Credential,
  GatewayRules,
  MsChapSuccess,
  ReplyAttribute,
  SessionKeys,
} from '../attempt.ts'
import type { ForeignMembers, GroupEntry, GroupLikeness, GroupReference } from './groups.ts'

/** Outcome of looking a name up; nothing is bound yet. */
export type Resolved =
  | { readonly kind: 'user'; readonly user: User }
  | { readonly kind: 'unknown'; readonly problem?: NameProblem }
  /** `attribute`: several accounts have the name in it. */
  | { readonly kind: 'ambiguous'; readonly attribute?: string }
  /** No account of any directory has such a name. */
  | { readonly kind: 'invalid'; readonly form: NameForm }
  /** Our own queue is full or the wait too long: never an outage (RULES 23). */
  | { readonly kind: 'busy' }
  | DirectoryDown

/** Why a text is not a name. `separators`: more than one `\` or `@`, or nothing on one side of it. */
export type NameForm = 'empty' | 'too-long' | 'control-characters' | 'separators'

/** Why a directory has no account for a name, where there is more to say than that. */
export type NameProblem =
  /** The domain in the name is none of these, in lower case, which are all that the directory has. */
  | { readonly kind: 'domain'; readonly domains: readonly string[] }
  /** It is not an address, and the directory compares names only with addresses. */
  | { readonly kind: 'address' }
  /** It is a computer's, and the directory lets only people in. */
  | { readonly kind: 'machine' }
  /** The account is there, and `user_filter` leaves it out. */
  | { readonly kind: 'left-out' }
  /** The account is there, and its name or its id may not be read. */
  | { readonly kind: 'unreadable' }

/** No server of a directory could be asked. `refused`: one answered, but not to our own account. */
export type DirectoryDown = {
  readonly kind: 'down'
  readonly detail: string
  readonly refused?: boolean
}

/**
 * One part of a list of people: some hundred of them at most, whose `groups` are left empty. Any other kind is the last
 * part, and the list is not complete.
 */
export type PeoplePart =
  | { readonly kind: 'people'; readonly people: readonly User[] }
  /** The directory has no group of this name. */
  | { readonly kind: 'group-unknown' }
  /** It has several. */
  | { readonly kind: 'group-ambiguous' }
  /** More members than are kept in memory. */
  | { readonly kind: 'group-too-large'; readonly most: number }
  | { readonly kind: 'busy' }
  | DirectoryDown

/** People of a directory, part by part; the next part is asked for once the one before was taken. Never rejects. */
export type PeopleList = AsyncIterable<PeoplePart>

/** Outcome of checking a credential. `disabled` and those below it are told only when the password was right. */
export type Verified =
  /**
   * `msChap` is there, and only there, for an MS-CHAP credential. `attributes`: what an upstream
   * server adds to the Accept.
   */
  | {
      readonly kind: 'right'
      readonly msChap?: MsChapSuccess
      /** Of an MS-CHAP credential, where it is known: 16 bytes that are equal for equal passwords. Not to be kept. */
      readonly passwordDigest?: Uint8Array
      readonly attributes?: readonly ReplyAttribute[]
      /** Of a conversation of EAP that the server has carried on. */
      readonly keys?: SessionKeys
    }
  /** `message`: for the person, in the words of an upstream server. */
  | { readonly kind: 'wrong'; readonly detail?: string; readonly message?: string }
  /** An upstream server asks the person something itself. The answer goes back to it, with `relay`. */
  | {
      readonly kind: 'challenge'
      /** At most 253 bytes. */
      readonly message: string
      /** Whether what is typed may be shown. */
      readonly echo: boolean
      readonly timeoutSeconds: number
      readonly relay: Relay
      /** The question is a Request of EAP, for the device and not for the person. */
      readonly eap?: Uint8Array
    }
  | { readonly kind: 'locked' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'must-change' }
  /** Not checked: what checks it takes no password of this length. */
  | { readonly kind: 'too-long'; readonly detail: string }
  | { readonly kind: 'not-checkable'; readonly detail: string }
  | Shielded
  | { readonly kind: 'busy' }
  /** More passwords wait for a slow hash than can be computed in time (RULES 39). */
  | { readonly kind: 'overloaded' }
  | DirectoryDown

/**
 * Not checked: a wrong password could be the one that locks the account in the directory (RULES 29).
 * `untilMs`: when the directory forgets the wrong ones, milliseconds since 1970.
 */
export type Shielded = {
  readonly kind: 'shielded'
  readonly wrong: number
  readonly threshold: number
  readonly untilMs: number
}

/** A number of the directory that cannot be called or texted. */
export type UnusablePhone = {
  readonly written: string
  /** Goes on after the number: "has no country code". */
  readonly why: string
}

/** What a directory tells of a person beside `User`, for `user show`. */
export type PersonFacts = {
  readonly kind: 'facts'
  /** Names and DNs of all groups, folded, also where no rule asks for any. */
  readonly groups: readonly string[]
  readonly unusablePhones: readonly UnusablePhone[]
  /** The state of the account; absent where the directory does not say. */
  readonly account?: 'right' | 'locked' | 'disabled' | 'expired'
}

/** A password that has expired, and the one to take its place. */
export type NewPassword = { readonly old: Secret; readonly chosen: Secret }

/** What came of a change of a password. All but the first leave the old one in place, or, once, perhaps not. */
export type PasswordChange =
  | { readonly kind: 'changed' }
  /** `atLeast`: characters. */
  | { readonly kind: 'too-short'; readonly atLeast: number }
  /** Too few kinds of characters, or the person's own name in it. */
  | { readonly kind: 'too-simple' }
  /** Used before, or against a rule that the directory does not tell. */
  | { readonly kind: 'refused' }
  /** The last change is too recent for any other. */
  | { readonly kind: 'too-soon' }
  | { readonly kind: 'old-wrong' }
  | { readonly kind: 'locked' }
  | { readonly kind: 'not-permitted'; readonly detail: string }
  /** It was asked for and no answer came: no one knows which password is good now. */
  | { readonly kind: 'unclear'; readonly detail: string }
  | { readonly kind: 'busy' }
  | DirectoryDown

/** Where an answer to an upstream server's question has to go, and the State it wants back. */
export type Relay = { readonly server: string; readonly state?: Uint8Array }

/** What an upstream server is told beside the credential. */
export type RequestToVerify = {
  readonly attempt: Pick<Attempt, 'id' | 'userName' | 'attributes'> & {
    readonly gateway: Pick<GatewayRules, 'name'>
  }
  /** Where the credential answers its question. */
  readonly relay?: Relay | undefined
}

/** What proves passwords. Implemented by `directory/ldap`, `directory/local`. */
export interface Directory {
  readonly name: string
  /** Whether it answers whatever else is down, since its people are in the configuration. */
  readonly standsAlone?: true
  /**
   * Finds one person by what they typed: `alice`, `CORP\alice`, `alice@corp.example`. Never binds as them.
   * `isCertified`: a certificate has the name, so an address that only names its owner is accepted as well.
   */
  resolve(userName: string, signal: AbortSignal, isCertified?: boolean): Promise<Resolved>
  /** Finds a person by `User.key` (an answer to a challenge). */
  resolveKey(userKey: string, signal: AbortSignal): Promise<Resolved>
  /** Whether `verify` also sets a new password that comes by MS-CHAP. */
  readonly changesByMsChap?: boolean
  /** Checks the credential of a resolved user: at most one wrong-password attempt at the directory a call. */
  verify(
    user: User,
    credential: Credential,
    signal: AbortSignal,
    request?: RequestToVerify,
  ): Promise<Verified>
  /**
   * Takes as long as a wrong password, for what is refused before a password is tried (RULES 39).
   * Absent where checking a password computes nothing slow here.
   */
  waitLikePassword?(signal: AbortSignal): Promise<'waited' | 'overloaded'>
  /**
   * The groups that each of these stands for, two at most; undefined when it cannot tell now. Absent
   * where groups are only what people are said to be in.
   */
  findGroups?(
    references: readonly GroupReference[],
    signal: AbortSignal,
  ): Promise<readonly (readonly GroupEntry[])[] | undefined>
  /** Looks for groups that could be meant by a name that no group, or several, have; undefined when it cannot tell now. */
  similarGroups?(name: string, signal: AbortSignal): Promise<GroupLikeness | undefined>
  /**
   * Everyone who could sign in, or the members of a group as rules name it: through other groups too where sign-ins count
   * those. Accounts that are switched off are left out. Absent where the directory knows no list.
   */
  listPeople?(group: string | undefined, signal: AbortSignal): PeopleList
  /** From now on these names, in lower case, mean the groups with these ids, whatever those are called. */
  pinGroups?(names: ReadonlyMap<string, string>): void
  /** Members from other domains of the groups with these ids; undefined when it cannot tell now. */
  findForeignMembers?(
    groupIds: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (ForeignMembers | undefined)[] | undefined>
  /** From now on people who are, or are in, one of these (SID, or folded DN) are in the groups with these folded names. */
  useForeignMembers?(groups: ReadonlyMap<string, readonly string[]>): void
  /**
   * Runs a check of this person's password that another server makes, unless a wrong one could lock
   * them out here (RULES 29). Absent where no one is locked out.
   */
  shield?(user: User, signal: AbortSignal, check: () => Promise<Verified>): Promise<Verified>
  /**
   * What `verify` would refuse with because of that shield, without asking for any password; undefined
   * where it would ask. Never rejects.
   */
  lookAtShield?(user: User, signal: AbortSignal): Promise<Shielded | undefined>
  /** Asks again for what `user show` tells; absent where nothing more is known. Never rejects. */
  describe?(
    user: User,
    signal: AbortSignal,
  ): Promise<PersonFacts | { readonly kind: 'busy' } | DirectoryDown>
  /**
   * Changes a password that has expired, with the rights of the person, who knows it: at most one change is asked for a
   * call. It cannot be called off. Absent where the directory does not change passwords.
   */
  changePassword?(user: User, passwords: NewPassword): Promise<PasswordChange>
  /**
   * A text that is another one once the person's password has changed, asked for again; undefined where
   * the directory does not tell, now or ever. No one can tell the password by it. Never rejects.
   */
  passwordStamp?(user: User, signal: AbortSignal): Promise<string | undefined>
  /**
   * When the person's password was set, milliseconds since 1970, asked for again; 0 where it must be changed at the next
   * sign-in; undefined where the directory does not tell, now or ever. Never rejects.
   */
  passwordSetMs?(user: User, signal: AbortSignal): Promise<number | undefined>
  /**
   * Whom the person reports to, asked for again; undefined where the directory names no one who can get mail, or does not tell
   * now. Never rejects.
   */
  managerOf?(user: User, signal: AbortSignal): Promise<Manager | undefined>
  close(): Promise<void>
}

/** A manager, who is told what the helpdesk does for the people who report to them. */
export type Manager = {
  readonly email: string
  /** BCP 47 tag. */
  readonly language?: string
}

/** What an upstream server has said that outlives the request. */
export type Upstream = {
  /** What it adds to the Accept. */
  readonly attributes: readonly ReplyAttribute[]
  /** Of EAP that it has carried on. Not kept for an answer: after EAP no one is asked anything. */
  readonly keys?: SessionKeys
  /** Its question is open: where the answer goes. */
  readonly relay?: Relay
  /** The code that came after the password, for after the question. */
  readonly code?: string
}
