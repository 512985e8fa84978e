import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const sophos: Preset = {
  title: 'Sophos Firewall, Sophos Connect',
  settings: {
    patience: { value: '3s', from: 'unverified' },
    challenges: {
      value: false,
      from: 'sophos-docs',
      because: 'Sophos Connect cannot; the user portal can',
    },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [{ value: 'pap', from: 'unverified' }],
  sending: { ...every(3, 3), from: 'unverified' },
  timers: [{ text: 'Time-out: 3 s.', from: 'unverified' }],
  advice: [{ text: 'Set the time-out to 30 to 60 s.', from: 'microsoft-mfa-server' }],
  advisedPatience: '30s',
  groups: [
    {
      name: 'Filter-Id',
      use: 'or any other: its name is set as group name attribute of the server',
      from: 'avanet',
    },
  ],
  device: [],
  quirks: [
    {
      id: 'connect-without-challenge',
      text: 'Sophos Connect shows no challenge; it sends password and code in one field, and calls and notifications work.',
      from: 'sophos-docs',
    },
  ],
}
