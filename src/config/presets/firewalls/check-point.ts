import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const checkPoint: Preset = {
  title: 'Check Point',
  settings: {
    challenges: {
      value: true,
      from: 'unverified',
      because: 'Mobile Access and the clients; logging in to Gaia is not known',
    },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [{ value: 'pap', from: 'unverified' }],
  sending: { ...every(5, 3), from: 'unverified' },
  timers: [
    {
      text: 'Timers for sending again and for the person are in GuiDBedit; their values are not known.',
      from: 'unverified',
    },
  ],
  advice: [{ text: 'Set the time-out to 60 s.', from: 'unverified' }],
  advisedPatience: '60s',
  groups: [
    { name: 'CP-Gaia-User-Role', use: 'role of an administrator', from: 'check-point-manual' },
    {
      name: 'Class',
      use: 'RADIUS groups of remote access; the groups on the gateway begin with RAD_',
      from: 'unverified',
    },
  ],
  device: [],
  quirks: [],
}
