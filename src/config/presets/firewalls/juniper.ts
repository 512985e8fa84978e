import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const juniper: Preset = {
  title: 'Juniper Junos',
  settings: {
    patience: { value: '3s', from: 'junos-docs' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'unverified' },
    { value: 'ms-chapv2', from: 'unverified' },
  ],
  sending: { ...every(3, 3), from: 'unverified' },
  timers: [{ text: 'timeout of the radius-server: 3 s (1 to 90 s).', from: 'junos-docs' }],
  advice: [{ text: 'Set timeout to 60 s.', from: 'microsoft-nps' }],
  advisedPatience: '60s',
  groups: [
    {
      name: 'Juniper-Local-User-Name',
      use: 'template account whose rights the person gets',
      from: 'freeradius-dictionary',
    },
  ],
  device: [],
  quirks: [
    {
      id: 'challenges-unknown',
      text: 'Whether it shows a challenge is not known: try it, and write challenges: false if not.',
      from: 'unverified',
    },
  ],
}
