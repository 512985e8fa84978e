import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const stormshield: Preset = {
  title: 'Stormshield SNS',
  settings: {
    person_specific_device: { value: false, from: 'unverified' },
    charset: {
      value: 'utf-8',
      from: 'stormshield-docs',
      because:
        'the firewall can send either; a wrong UTF-8 is noticed, a wrong Latin-1 looks like a wrong password',
    },
  },
  mostPatience: { value: '600s', from: 'stormshield-docs' },
  protocols: [{ value: 'pap', from: 'stormshield-docs' }],
  sending: { ...every(10, 3), from: 'unverified' },
  timers: [
    {
      text: 'Each server has a timer in milliseconds; together they end at 600 s.',
      from: 'stormshield-docs',
    },
  ],
  advice: [
    { text: 'Set the timer of the server to 60 s (60000 ms).', from: 'microsoft-nps' },
    {
      text: 'Set the character set of passwords to UTF-8; where it must stay ISO-8859-1, write charset: latin1.',
      from: 'stormshield-docs',
    },
    {
      text: 'From version 5 on, switch on sending and requiring Message-Authenticator.',
      from: 'stormshield-docs',
    },
  ],
  advisedPatience: '60s',
  groups: [],
  device: [],
  messageAuthenticator: {
    text: 'Update SNS to version 5 and switch on Message-Authenticator for the RADIUS server.',
    from: 'stormshield-docs',
  },
  quirks: [
    {
      id: 'password-charset',
      text: 'Passwords come in ISO-8859-1 or UTF-8, as the firewall is set: é in the wrong one is a wrong password.',
      from: 'stormshield-docs',
    },
    {
      id: 'group-attribute-own',
      text: 'Groups come in an attribute of Stormshield’s own that our dictionary does not have; add yours under dictionaries.',
      from: 'unverified',
    },
    {
      id: 'challenges-unknown',
      text: 'Whether it shows a challenge is not known: try it, and write challenges: false if not.',
      from: 'unverified',
    },
  ],
}
