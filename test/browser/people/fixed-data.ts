// What the portal could answer: the shapes of the contract, filled with one person's things.
import type {
  Look,
  Me,
  PendingSetup,
  PortalAuthenticator,
  PortalDevice,
  PortalSession,
  Question,
  RecentSignIns,
  ShownPrompt,
} from '../../../src/web/people/contract.ts'

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.now()
/** When a step of the portal ends: not before all tests of these pages have, however slow the machine. */
export const soonMs = now + 59 * minute

export const look: Look = {
  company: 'Example Ltd',
  colour: '#1d5fa8',
  helpdesk: 'Service desk, extension 4400',
  language: 'en',
  asksByPhone: true,
  isDemo: false,
}

export const ways: readonly PortalAuthenticator[] = [
  {
    id: 'app-1',
    setup: 'app',
    label: 'Work phone',
    detail: '',
    createdAtMs: now - 90 * day,
    lastUsedMs: now - 20 * minute,
    isDefault: true,
  },
  {
    id: 'call-1',
    setup: 'call',
    label: '',
    detail: '+31 *** **78',
    createdAtMs: now - 30 * day,
    lastUsedMs: now - day,
    backup: '**21',
    hasPin: true,
  },
  {
    id: 'token-1',
    setup: 'token',
    label: 'Key ring',
    detail: 'GAHT-10443',
    createdAtMs: now - 400 * day,
    shownToAgent: true,
  },
  {
    id: 'recovery-1',
    setup: 'recovery',
    label: '',
    detail: '9',
    createdAtMs: now - 90 * day,
    lastUsedMs: now - 30 * day,
  },
]

export const me: Me = {
  name: 'alice',
  displayName: 'Alice Example',
  session: 'whole',
  language: 'en',
  authenticators: ways,
  setups: ['app', 'sms', 'call', 'email', 'token', 'recovery'],
  proposedPhones: ['+31 6 1234 5678'],
  paused: [],
  canChangePassword: true,
  helpdesk: look.helpdesk,
}

/** A person whose phone and computer sign. */
export const signer: Me = {
  ...me,
  setups: ['passkey', 'push', ...me.setups],
  authenticators: [
    {
      id: 'passkey-1',
      setup: 'passkey',
      label: 'Laptop',
      detail: '',
      createdAtMs: now - 3 * day,
      lastUsedMs: now - 20 * minute,
    },
    {
      id: 'phone-1',
      setup: 'push',
      label: 'Chrome on Android',
      detail: '',
      createdAtMs: now - day,
    },
    ...ways.slice(3),
  ],
}

/** A sign-in that waits, while another one was refused. */
export const prompt: ShownPrompt = {
  id: 'p1',
  gateway: 'VPN Amsterdam',
  place: 'Home network, 203.0.113.9',
  startedAtMs: now,
  waitsUntilMs: soonMs,
  endsMs: soonMs,
  byPasskey: true,
  refused: [{ gateway: 'VPN Amsterdam', place: '198.51.100.7', atMs: now }],
}

/** A person who has nothing yet. */
export const newcomer: Me = {
  ...me,
  name: 'dave',
  displayName: 'Dave',
  session: 'setup',
  authenticators: [],
}

const options = [
  { answer: '1', method: 'sms', to: '**78', isDefault: true },
  { answer: '2', method: 'call', to: '**21' },
  { answer: '3', method: 'email', to: 'a***@example.com' },
] as const

export const choose: Question = { asks: 'choose', canType: true, options, untilMs: soonMs }
export const typeCode: Question = { asks: 'code', canType: true, options, untilMs: soonMs }
export const sentCode: Question = {
  asks: 'code',
  via: { method: 'sms', to: '**78' },
  canType: true,
  options,
  untilMs: soonMs,
}
export const ringing: Question = {
  asks: 'approve',
  via: { method: 'call', to: '**21' },
  canType: true,
  options,
  untilMs: soonMs,
}

export const pendingApp: PendingSetup = {
  setup: 'app',
  uri: 'otpauth://totp/Example%20Ltd:dave?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example%20Ltd',
  secret: 'JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP',
  untilMs: soonMs,
}

export const recoveryCodes: readonly string[] = [
  'K7QM-4TRD-9XWA-C2HN',
  'P3VB-8LFE-6YJS-M5KT',
  'R9DC-2NGU-7HQX-W4ZA',
  'T6EJ-5BMP-3KVL-Y8RF',
  'X2HS-9WQN-4DCT-G7UE',
  'A8KF-6VYR-2PLM-J3BD',
  'C5NT-3XGH-8SWQ-E9RK',
  'F4LU-7JDA-5TBY-H6MV',
  'H9PR-8CKE-2QXN-V7WS',
  'M3YG-4FTL-6AJB-D5ZQ',
]

export const signIns: RecentSignIns = {
  items: [
    {
      id: 's1',
      atMs: now - 20 * minute,
      gateway: 'VPN',
      place: 'Office Amsterdam',
      outcome: 'accepted',
      isReported: false,
      text: 'Password and code from the app',
      method: 'totp',
    },
    {
      id: 's2',
      atMs: now - 23 * minute,
      gateway: 'VPN',
      place: '203.0.113.9',
      outcome: 'refused',
      isReported: false,
      text: 'The password was right, the code was not.',
    },
    {
      id: 's3',
      atMs: now - day,
      gateway: 'Portal',
      place: '198.51.100.7',
      outcome: 'accepted',
      isReported: false,
      text: 'Password and phone call',
      method: 'call',
    },
  ],
  next: 'more',
}

export const devices: readonly PortalDevice[] = [
  { id: 'd1', device: 'LAPTOP-4711', gateway: 'VPN', untilMs: now + 12 * day },
]

export const sessions: readonly PortalSession[] = [
  {
    id: 'b1',
    isThis: true,
    startedAtMs: now - 5 * minute,
    lastSeenMs: now,
    address: '198.51.100.7',
    browser: 'Firefox on Windows',
  },
  {
    id: 'b2',
    isThis: false,
    startedAtMs: now - day,
    lastSeenMs: now - 50 * minute,
    address: '203.0.113.9',
    browser: 'Safari on iPhone',
  },
]
