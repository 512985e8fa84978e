import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const ciscoIos: Preset = {
  title: 'Cisco IOS, IOS XE and NX-OS',
  settings: {
    patience: {
      value: '5s',
      from: 'nxos-module',
      because: 'one try; IOS makes three (unverified)',
    },
    challenges: { value: true, from: 'unverified', because: 'logging in' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [{ value: 'pap', from: 'unverified' }],
  sending: { ...every(5, 3), from: 'unverified' },
  timers: [
    { text: 'NX-OS: time-out 5 s (1 to 60 s).', from: 'nxos-module' },
    { text: 'IOS: time-out 5 s, 3 tries.', from: 'unverified' },
  ],
  advice: [{ text: 'Set the time-out of the server to 30 s.', from: 'microsoft-mfa-server' }],
  advisedPatience: '30s',
  groups: [
    {
      name: 'Cisco-AVPair',
      use: 'shell:priv-lvl=15 on IOS, shell:roles="network-admin" on NX-OS',
      from: 'freeradius-dictionary',
    },
  ],
  device: [],
  quirks: [],
}
