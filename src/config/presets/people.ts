import type { Line } from './line.ts'
import type { Preset, Protocol } from './preset.ts'

/** How a phone is asked, by what the gateway can do. `explain` says the same of a person. */
export const phoneTexts = {
  number: 'the gateway shows a number, and the person types it on the phone',
  'own-digits':
    'the person types digits of their own after the password (password,42), and the same digits on the phone',
  none: 'the phone is not asked: no number can be shown, and no digits can be read after the password',
} as const

/** How a passkey is asked. */
export const passkeyTexts = {
  chosen:
    'one of the choices that the gateway shows, with the address of the page; the first in methods is asked at once',
  held: 'the gateway waits while the person approves at /approve of the portal; nothing is typed',
} as const

/** What people with a passkey or a phone do at this kind of gateway, the usual choice first. */
export function peopleLines({ protocols, settings }: Preset): readonly Line[] {
  const has = (protocol: Protocol) => protocols.some(({ value }) => value === protocol)
  if (has('no-password')) return withoutPassword
  switch (settings.challenges?.value) {
    case true:
      return withText
    case false:
      return withoutText(has)
    case undefined:
      return [
        { text: 'It is not known whether it shows challenges. If it does:' },
        ...withText,
        { text: 'If it does not, write challenges: false. Then:' },
        ...withoutText(has),
      ]
  }
}

const withText: readonly Line[] = [
  { about: 'push', text: phoneTexts.number },
  { about: 'passkey', text: passkeyTexts.chosen },
  { about: 'others', text: 'a call, a code that is sent to the phone, or the code of an app' },
]

/** It checks the password itself. */
const withoutPassword: readonly Line[] = [
  {
    text: 'The gateway sends no password, so Holdfast asks people only with prompt_without_password: true. Then:',
  },
  { about: 'passkey', text: passkeyTexts.held },
  { about: 'push', text: phoneTexts.none },
  { about: 'others', text: 'a call, best with a PIN' },
]

function withoutText(has: (protocol: Protocol) => boolean): readonly Line[] {
  const hashed = (['chap', 'ms-chap', 'ms-chapv2'] as const).filter(has)
  const hashes = hashed.map((protocol) => protocolNames[protocol]).join(' or ')
  return [
    { about: 'passkey', text: passkeyTexts.held },
    ...(has('pap') ? [{ about: 'push with PAP', text: phoneTexts['own-digits'] }] : []),
    ...(hashed.length === 0 ? [] : [{ about: `push with ${hashes}`, text: phoneTexts.none }]),
    ...(has('eap')
      ? [
          {
            about: 'push with EAP',
            text: 'as with PAP where the tunnel carries the password (TTLS with PAP, or GTC); otherwise the phone is not asked',
          },
        ]
      : []),
    {
      about: 'others',
      text: `a call, best with a PIN${has('pap') ? '; with PAP also the code of an app after the password' : ''}`,
    },
  ]
}

const protocolNames = { chap: 'CHAP', 'ms-chap': 'MS-CHAP', 'ms-chapv2': 'MS-CHAPv2' } as const
