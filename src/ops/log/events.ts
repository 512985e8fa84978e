import type { DropReason, SignInRecord } from '../../signin/index.ts'
import { counted } from '../../support/index.ts'

export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

/** Everything that is ever logged. No field may hold a password, a code or a secret. */
export type LogEvent =
  | { event: 'service-starting'; version: string; node: string; configuration: string }
  | {
      event: 'service-ready'
      listen: readonly string[]
      accounting: readonly string[]
      gateways: number
      tookMs: number
    }
  | { event: 'service-stopping'; openSignIns: number; onStop: 'reject' | 'silent' }
  | { event: 'service-stopped' }
  /** Standard output was blocked for so long that log lines were dropped. */
  | { event: 'log-lines-lost'; lines: number }
  | { event: 'configuration-reloaded'; gateways: number }
  | { event: 'configuration-refused'; problems: readonly string[] }
  | { event: 'setting-unsafe'; setting: string; danger: string }
  /** Lines of one kind in dictionary files that cannot be used. */
  | { event: 'dictionary-skipped'; detail: string }
  /** A rule or a list that should refuse people, and refuses no one. */
  | { event: 'deny-matches-nobody'; setting: string; why: string }
  | { event: 'setting-needs-restart'; setting: string }
  /** One a sign-in. `steps` are the time line: what, and how many milliseconds after the start. */
  | {
      event: 'sign-in'
      signInId: string
      attemptId: string
      /** Of what was refused or got no answer. */
      reference?: string
      gateway: string
      source: string
      user: string
      method?: string
      rule?: string
      /** Whether it went another way, because something was down. */
      degraded?: true
      outcome: SignInRecord['outcome']
      reason: SignInRecord['reason']
      durationMs: number
      device?: string
      steps: readonly { what: string; afterMs: number }[]
    }
  | {
      event: 'sign-in-trouble'
      attemptId: string
      gateway: string
      what: string
      detail: string
      stack?: string
      user?: string
    }
  | {
      event: 'packet-dropped'
      reason: DropReason
      source: string
      gateway?: string
      attemptId?: string
      reference?: string
      detail?: string
      remedy: string
    }
  | {
      event: 'message-authenticator-ends'
      gateway: string
      lastDay: string
      daysLeft: number
      /** Requests without it so far. */
      unsigned: number
    }
  | { event: 'message-authenticator-due'; gateway: string }
  /** `stage`: how far the conversation had come when the device went silent. */
  | { event: 'eap-lapsed'; gateway: string; method: string; device?: string; stage: EapStage }
  | { event: 'directory-down'; directory: string; detail: string }
  | { event: 'directory-up'; directory: string; server: string; downMs?: number }
  | {
      event: 'group-renamed'
      directory: string
      /** As rules name it, in lower case. */
      group: string
      now: string
      /** Whether another group has the old name. */
      isTaken: boolean
    }
  | { event: 'group-replaced'; directory: string; group: string }
  | { event: 'group-gone'; directory: string; group: string }
  /** Something came from an upstream server that is not a reply: late, doubled, forged, or damaged. */
  | { event: 'upstream-reply-ignored'; directory: string; server: string; reason: string }
  | { event: 'socket'; state: 'bound' | 'closed' | 'failed'; address: string; detail?: string }
  | { event: 'webhook-refused'; status: number }
  | {
      event: 'http-misdirected'
      listener: 'http' | 'webhooks' | 'people' | 'console' | 'api'
      status: number
      detail: string
    }
  /** Of the web surfaces. `until`: as ISO 8601. */
  | { event: 'certificate-renewed'; until: string }
  | { event: 'certificate-unusable'; detail: string }
  | { event: 'prompts-ended'; count: number }
  /** A push service did not take a notification. `answer`: status, or code of the error. */
  | { event: 'push-failed'; service: string; answer: string }
  /** A notice of a change (PEOPLE R7). `to` is masked. */
  | {
      event: 'notice-delayed'
      user: string
      by: 'email' | 'sms'
      to: string
      why: 'too-many' | 'provider'
      detail: string
    }
  /** A person says that a sign-in was not theirs. `stopped`: what does not go on until holdfast user unlock. */
  | {
      event: 'sign-in-reported'
      user: string
      gateway: string
      signInId: string
      stopped: 'prompts' | 'account' | 'gateway' | 'nothing' | 'not-yet'
    }
  /** A person says, on a phone of theirs, that a change was not theirs. */
  | {
      event: 'change-reported'
      user: string
      stopped: 'prompts' | 'account' | 'gateway' | 'nothing' | 'not-yet'
    }
  | { event: 'alert-lost'; user: string; to: string; detail: string }
  | { event: 'notice-lost'; user: string; by: 'email' | 'sms'; to: string; detail: string }
  /** A mail of a campaign. `to` is masked. */
  | { event: 'reminder-failed'; user: string; to: string; detail: string }
  | { event: 'reminders-delayed'; campaign: string; detail: string }
  /** Something was changed, and no way reaches the person. */
  | { event: 'notice-without-way'; user: string }
  | { event: 'store-failed'; detail: string }
  /** Where the chain of the audit ends, once a minute. `store`: the beginning of the installation's id. */
  | { event: 'audit-head'; store: string; node: string; rows: number; hash: string }
  | { event: 'audit-head-failed'; detail: string }
  | { event: 'helpdesk-unusable'; group: string; detail: string }
  | { event: 'audit-cut'; file: string; detail: string }
  | { event: 'socket-restored'; path: string }
  | { event: 'socket-not-restored'; path: string; detail: string }
  | { event: 'socket-taken'; path: string }
  | { event: 'store-gone'; detail: string }
  | { event: 'store-back'; file: string }
  /** `file`: where it has to be, beside the sealing key. */
  | { event: 'installation-id-missing'; file: string }
  | { event: 'store-created'; file: string }
  /** By how much, and whether Holdfast goes by it from now on. */
  | { event: 'clock-moved'; seconds: number; isFollowed: boolean }
  | { event: 'database-taken-over'; timeline: number; spends: number }
  | { event: 'node-dead'; node: string; process: string }
  | { event: 'node-declared-dead'; process: string }
  | { event: 'node-name-twice'; node: string; process: string }
  | { event: 'node-draining' }
  /** `before`: rows of the audit of `node` that the database had acknowledged; `now`: those it has. */
  | { event: 'database-rows-lost'; node: string; before: number; now: number }
  | { event: 'database-not-noted'; detail: string }
  | { event: 'database-deaf'; detail: string }
  | { event: 'notify-failed'; detail: string }
  | { event: 'internal-error'; where: string; detail: string; stack?: string }

/** `offered`: the method; `handshake`: it began; `certificate-sent`: the device has seen it; `running`. */
type EapStage = 'offered' | 'handshake' | 'certificate-sent' | 'running'

type Entry<Name extends LogEvent['event']> = {
  readonly level: LogLevel
  text(event: Extract<LogEvent, { event: Name }>): string
  /** Events with one key are written once an interval, then counted. Absent: all are written. */
  limitBy?(event: Extract<LogEvent, { event: Name }>): string
}

/** What mostly causes a reply that does not count. */
const ignoredHints: Readonly<Record<string, string>> = {
  'not-asked': ' (late, or a second time)',
  'response-authenticator-wrong': ' (the shared secrets differ, or it is forged)',
  'message-authenticator-missing':
    ' (the server signs nothing, CVE-2024-3596: update it; until then message_authenticator: optional)',
}

/** What causes an answer of a push service. Others are named as they are. */
const pushHints: Readonly<Record<string, string>> = {
  '400': '400. It takes our signature for wrong; check that the clock of this server is right',
  '401': '401. It takes our signature for wrong; check that the clock of this server is right',
  '403': '403. It does not take our signature; check the clock, and methods.push.contact',
  'not-on-the-list': 'its host is neither a known one nor under methods.push.services',
  EADDRPRIVATE:
    'its name leads to an address that is not public; if it is a service of your own, name its addresses under methods.push.services',
  'no-answer': 'no answer in time. Check the firewall: this server needs port 443 to it',
}

/** How each event reads, and how often. A missing one does not compile. */
export const logEntries: { readonly [Name in LogEvent['event']]: Entry<Name> } = {
  'service-starting': {
    level: 'info',
    text: ({ version, node, configuration }) =>
      `Holdfast ${version} starts as ${node} with ${configuration}`,
  },
  'service-ready': {
    level: 'info',
    text: ({ listen, accounting, gateways, tookMs }) => {
      const more = accounting.length === 0 ? '' : `; accounting on ${accounting.join(', ')}`
      return `ready after ${tookMs} ms: ${counted(gateways, 'gateway')}, listening on ${listen.join(', ')}${more}`
    },
  },
  'service-stopping': {
    level: 'info',
    text: ({ openSignIns, onStop }) => `stopping; ${openSignIns} open sign-ins end with ${onStop}`,
  },
  'service-stopped': { level: 'info', text: () => 'stopped' },
  'log-lines-lost': {
    level: 'warn',
    text: ({ lines }) =>
      `lost ${counted(lines, 'line')} of the log here: standard output did not take them. Check what reads it, such as systemd-journald or the command behind a pipe`,
  },
  'configuration-reloaded': {
    level: 'info',
    text: ({ gateways }) => `configuration reloaded: ${counted(gateways, 'gateway')}`,
  },
  'configuration-refused': {
    level: 'error',
    text: ({ problems }) =>
      `configuration not reloaded, the old one stays: ${counted(problems.length, 'problem')}: ${problems.join('; ')}`,
  },
  'setting-needs-restart': {
    level: 'warn',
    text: ({ setting }) =>
      `${setting} has changed in the configuration, and counts after a restart`,
  },
  'deny-matches-nobody': {
    level: 'warn',
    text: ({ setting, why }) => `${setting} refuses no one: ${why}. holdfast check says what to do`,
  },
  'dictionary-skipped': { level: 'warn', text: ({ detail }) => `dictionaries: ${detail}` },
  'setting-unsafe': { level: 'warn', text: ({ setting, danger }) => `${setting}: ${danger}` },
  'sign-in': {
    level: 'info',
    text: ({ user, gateway, outcome, reason, method, rule, degraded, durationMs, reference }) => {
      const how = method === undefined ? '' : ` by ${method}`
      const why = reason === 'accepted' || reason === 'challenged' ? '' : ` (${reason})`
      const by = rule === undefined ? '' : `, rule ${rule},`
      const another = degraded ? ', degraded,' : ''
      const ref = reference === undefined ? '' : `, Ref ${reference}`
      return `${user || 'nobody'} at ${gateway}: ${outcome}${how}${why}${by}${another} after ${durationMs} ms${ref}`
    },
  },
  'sign-in-trouble': {
    level: 'warn',
    text: ({ what, detail, gateway }) => `${what} at ${gateway}: ${detail}`,
    limitBy: ({ what, gateway, detail }) => `${what} ${gateway} ${detail}`,
  },
  'packet-dropped': {
    level: 'warn',
    text: ({ reason, source, gateway, detail, remedy, reference }) => {
      const from = gateway === undefined ? source : `${gateway} (${source})`
      const ref = reference === undefined ? '' : ` (Ref ${reference})`
      return `packet from ${from} dropped: ${reason}${detail ? `, ${detail}` : ''}${ref}. ${remedy}`
    },
    limitBy: ({ reason, source }) => `${reason} ${source}`,
  },
  'message-authenticator-ends': {
    level: 'warn',
    text: ({ gateway, lastDay, daysLeft, unsigned }) =>
      `${gateway} may do without Message-Authenticator until ${lastDay}, days left: ${daysLeft}; requests without it so far: ${unsigned}`,
  },
  'message-authenticator-due': {
    level: 'warn',
    text: ({ gateway }) =>
      `${gateway} must send Message-Authenticator from now on; requests without it get no answer`,
  },
  'eap-lapsed': {
    level: 'warn',
    text: ({ gateway, method, device = 'a device', stage }) =>
      `${device} at ${gateway} began ${method} and went silent ${silences[stage]}`,
    limitBy: ({ gateway, stage, device = '' }) => `${gateway} ${stage} ${device}`,
  },
  'directory-down': {
    level: 'error',
    text: ({ directory, detail }) => `directory ${directory} does not answer: ${detail}`,
    limitBy: ({ directory }) => directory,
  },
  'directory-up': {
    level: 'info',
    text: ({ directory, server }) => `directory ${directory} answers again: ${server}`,
  },
  'group-renamed': {
    level: 'warn',
    text: ({ directory, group, now, isTaken }) => {
      const other = isTaken ? '; another group has the old name, and no rule means that one' : ''
      return `group ${group} of directory ${directory} is now called ${now}: rules still mean it, but write the new name${other}`
    },
  },
  'group-replaced': {
    level: 'warn',
    text: ({ directory, group }) =>
      `group ${group} of directory ${directory} is another one than before: rules mean the new one from now on`,
  },
  'group-gone': {
    level: 'error',
    text: ({ directory, group }) =>
      `group ${group} no longer exists in directory ${directory}: sign-ins that its rules could match are refused. Correct the rule; if a new group has taken its name, reload`,
  },
  'upstream-reply-ignored': {
    level: 'warn',
    text: ({ directory, server, reason }) =>
      `ignored what ${server} of ${directory} sent: ${reason}${ignoredHints[reason] ?? ''}`,
    limitBy: ({ server, reason }) => `${server} ${reason}`,
  },
  socket: {
    level: 'debug',
    text: ({ state, address, detail }) =>
      `socket ${address} ${state}${detail === undefined ? '' : `: ${detail}`}`,
  },
  'webhook-refused': {
    level: 'warn',
    text: ({ status }) =>
      `webhook refused (${status}): not signed for an address in public_url with our auth token`,
    limitBy: () => '',
  },
  'push-failed': {
    level: 'warn',
    text: ({ service, answer }) =>
      `the push service ${service} did not take a notification: ${pushHints[answer] ?? answer}`,
    limitBy: ({ service, answer }) => `${service} ${answer}`,
  },
  'http-misdirected': {
    level: 'warn',
    text: ({ listener, status, detail }) => `${listener}: refused a request (${status}): ${detail}`,
    limitBy: ({ listener, status }) => `${listener} ${status}`,
  },
  'certificate-renewed': {
    level: 'info',
    text: ({ until }) =>
      `web.certificate has changed: new connections use the new certificate, which ends ${until}`,
  },
  'certificate-unusable': {
    level: 'error',
    text: ({ detail }) =>
      `web.certificate has changed and cannot be used: ${detail}. The certificate before stays in use; holdfast check says what is wrong with the files`,
  },
  'prompts-ended': {
    level: 'warn',
    text: ({ count }) => `ended ${counted(count, 'prompt')} that an earlier run left open`,
  },
  'notice-delayed': {
    level: 'warn',
    text: ({ user, by, to, why, detail }) =>
      why === 'too-many'
        ? `${user} has had many notices of changes: the next by ${by} to ${to} tells several at once`
        : `${user} was not told of a change by ${by} to ${to}, and will be: ${detail}`,
    limitBy: ({ user, by, why }) => `${user} ${by} ${why}`,
  },
  'sign-in-reported': {
    level: 'error',
    text: ({ user, gateway, signInId, stopped }) =>
      `${user} reports that the sign-in ${signInId} at ${gateway} was not theirs${reportActs[stopped]}. Find out who it was, and have the password changed`,
  },
  'change-reported': {
    level: 'error',
    text: ({ user, stopped }) =>
      `${user} reports that a change to how they sign in was not theirs${reportActs[stopped]}. Find out who made it, and take it back`,
  },
  'alert-lost': {
    level: 'error',
    text: ({ user, to, detail }) =>
      `the mail to ${to} of on_fraud.tell about a report of ${user} was not sent: ${detail}`,
    limitBy: ({ user, to }) => `${user} ${to}`,
  },
  'notice-lost': {
    level: 'error',
    text: ({ user, by, to, detail }) =>
      `${user} was not told of a change by ${by} to ${to}: ${detail}. The audit has the change; tell them yourself`,
    limitBy: ({ user, by, to }) => `${user} ${by} ${to}`,
  },
  'reminder-failed': {
    level: 'warn',
    text: ({ user, to, detail }) =>
      `${user} was not reminded by mail to ${to} to set up a phone: ${detail}`,
    limitBy: ({ detail }) => detail,
  },
  'reminders-delayed': {
    level: 'warn',
    text: ({ campaign, detail }) =>
      `people of the campaign ${campaign} were not reminded, and will be in an hour: ${detail}`,
    limitBy: ({ campaign }) => campaign,
  },
  'notice-without-way': {
    level: 'warn',
    text: ({ user }) =>
      `${user} was not told of a change: there is no provider for mail, or no mail address and no other phone of theirs`,
    limitBy: ({ user }) => user,
  },
  'store-failed': {
    level: 'error',
    text: ({ detail }) => `store failed: ${detail}`,
    limitBy: () => '',
  },
  'audit-head': {
    level: 'info',
    text: ({ store, node, rows, hash }) =>
      `audit of store ${store}: ${counted(rows, 'row')} of ${node}, hash ${hash}`,
  },
  'audit-head-failed': {
    level: 'warn',
    text: ({ detail }) => `the end of the audit was not kept: ${detail}`,
    limitBy: ({ detail }) => detail,
  },
  'helpdesk-unusable': {
    level: 'error',
    text: ({ group, detail }) =>
      `the helpdesk (group ${group}) has no socket: ${detail}. Sign-ins are not affected`,
  },
  'audit-cut': {
    level: 'error',
    text: ({ file, detail }) =>
      `the audit does not go on from what ${file} has kept: ${detail}. holdfast check says what to do`,
  },
  'socket-restored': {
    level: 'warn',
    text: ({ path }) => `the socket for commands, ${path}, was gone; listening there again`,
  },
  'socket-not-restored': {
    level: 'error',
    text: ({ path, detail }) =>
      `the socket for commands, ${path}, is gone, and commands do not reach the service: ${detail}`,
    limitBy: () => '',
  },
  'socket-taken': {
    level: 'error',
    text: ({ path }) =>
      `another process has put its own socket at ${path}: commands do not reach this service. Find it with ss -lxp, stop it, and restart`,
  },
  'store-gone': {
    level: 'error',
    text: ({ detail }) => `sign-ins are refused: ${detail}`,
  },
  'store-back': {
    level: 'warn',
    text: ({ file }) => `the store at ${file} is back; sign-ins go on`,
  },
  'clock-moved': {
    level: 'warn',
    text: ({ seconds, isFollowed }) => {
      const moved = `${Math.abs(seconds)} s ${seconds < 0 ? 'back' : 'forward'}`
      return isFollowed
        ? `the time was set ${moved}`
        : `the clock of this machine jumped ${moved}. Holdfast goes on with the time from before for a minute, or for as long as other nodes and the database agree with it. Set the clock by NTP`
    },
    limitBy: ({ isFollowed }) => String(isFollowed),
  },
  'database-taken-over': {
    level: 'warn',
    text: ({ timeline, spends }) =>
      `another server of the database has taken over (timeline ${timeline}); the codes that were used here in the last minutes (${spends}) count as used there too`,
  },
  'database-deaf': {
    level: 'error',
    text: ({ detail }) =>
      `the database does not tell this node what others do (${detail}): it hears of answers a second late. Connect to the database directly, or through a pooler in session mode`,
    limitBy: () => '',
  },
  'node-dead': {
    level: 'warn',
    text: ({ node, process }) =>
      `node ${node} (process ${process}) gives no sign of life; the others go on without it`,
  },
  'node-declared-dead': {
    level: 'error',
    text: ({ process }) =>
      `the other nodes saw no life in this process (${process}) and went on without it: sign-ins that were open here are lost, and it goes on as a new process. Look at the load of this machine and the network to the database`,
  },
  'node-name-twice': {
    level: 'warn',
    text: ({ node, process }) =>
      `another process (${process}) calls itself ${node} too: give each node a node_name of its own`,
  },
  'node-draining': {
    level: 'info',
    text: () =>
      'draining: Status-Server gets no answer any more; new sign-ins are refused in 30 seconds, and those that are open may end',
  },
  'database-rows-lost': {
    level: 'error',
    text: ({ node, before, now }) =>
      `the database has ${now} rows of the audit of ${node}, and had ${before}: a backup was put back, or a standby took over that had not heard of them. Recovery codes that were used since then work again`,
  },
  'database-not-noted': {
    level: 'error',
    text: ({ detail }) =>
      `which server of the database is in use is not written down: ${detail}. After a restart, an old primary would be used`,
    limitBy: () => '',
  },
  'store-created': {
    level: 'info',
    text: ({ file }) => `made a new, empty store at ${file}`,
  },
  'installation-id-missing': {
    level: 'warn',
    text: ({ file }) =>
      `the installation id is not at ${file}, or was written after the start: run holdfast store adopt as root, then restart. Until then another store with the same key is not noticed`,
  },
  'notify-failed': {
    level: 'warn',
    text: ({ detail }) => `systemd was not told: ${detail}`,
    limitBy: () => '',
  },
  'internal-error': {
    level: 'error',
    text: ({ where, detail }) => `mistake in ${where}: ${detail}`,
    limitBy: ({ where }) => where,
  },
}

const reportActs = {
  prompts: ': calls and messages to them stop until holdfast user unlock',
  account: ': the account is blocked until holdfast user unlock',
  gateway:
    ': this gateway, which checks no passwords itself, may call and text no one until holdfast user unlock gateway:NAME',
  nothing: '',
  'not-yet': ': NOTHING IS STOPPED YET, because the store fails; it is tried again until it works',
} as const

const silences: Readonly<Record<EapStage, string>> = {
  offered: 'at once',
  handshake: 'in the handshake',
  'certificate-sent': 'after our certificate: mostly because the device does not trust it',
  running: 'in the tunnel',
}

/** The one line of a finished sign-in. */
export function signInEvent(record: SignInRecord): LogEvent {
  return {
    event: 'sign-in',
    signInId: record.signInId,
    attemptId: record.attemptId,
    ...(record.reference === undefined ? {} : { reference: record.reference }),
    gateway: record.gateway,
    source: record.sourceAddress,
    user: record.userName,
    ...(record.method === undefined ? {} : { method: record.method }),
    ...(record.rule === undefined ? {} : { rule: record.rule }),
    ...(record.timeline.some(({ what }) => what === 'degraded') ? { degraded: true } : {}),
    outcome: record.outcome,
    reason: record.reason,
    durationMs: record.endedAtMs - record.startedAtMs,
    ...(record.device === undefined ? {} : { device: record.device }),
    steps: record.timeline.map(({ what, atMs }) => ({ what, afterMs: atMs - record.startedAtMs })),
  }
}
