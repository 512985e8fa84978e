import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const arubaCx: Preset = {
  title: 'HPE Aruba CX and AOS-S switches',
  settings: {
    patience: { value: '5s', from: 'hpe-docs' },
    challenges: { value: false, from: 'unverified' },
    person_specific_device: {
      value: true,
      from: 'rfc3580',
      because: 'with 802.1X, Calling-Station-Id is the MAC address',
    },
  },
  protocols: [
    { value: 'pap', from: 'unverified', because: 'administrators' },
    { value: 'chap', from: 'unverified', because: 'administrators' },
    { value: 'eap', from: 'unverified', because: '802.1X' },
  ],
  sending: { ...every(5, 2), from: 'unverified' },
  timers: [{ text: 'Time-out: 5 s (1 to 60 s); with RadSec 30 s (5 to 240 s).', from: 'hpe-docs' }],
  advice: [
    {
      text: 'Answer 802.1X at once: raise the time-out only where administrators log in.',
      from: 'unverified',
    },
  ],
  groups: [
    { name: 'Aruba-User-Role', use: 'role of the person or device', from: 'freeradius-dictionary' },
    { name: 'Aruba-Admin-Role', use: 'role of an administrator', from: 'freeradius-dictionary' },
    { name: 'Aruba-User-Vlan', use: 'VLAN', from: 'freeradius-dictionary' },
  ],
  device: [{ name: 'Calling-Station-Id', use: 'MAC address', from: 'rfc3580' }],
  quirks: [
    {
      id: 'accounting-marks-dead',
      text: 'A server that never answers accounting is marked dead: switch accounting on in Holdfast before you enter it as accounting server.',
      from: 'unverified',
    },
  ],
}
