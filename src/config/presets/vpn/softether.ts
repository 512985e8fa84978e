import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const softether: Preset = {
  title: 'SoftEther VPN',
  settings: {
    patience: { value: '10s', from: 'softether-1123', because: '15 s since version 5' },
    challenges: { value: false, from: 'unverified' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'unverified' },
    { value: 'ms-chapv2', from: 'unverified' },
  ],
  sending: { ...every(0.5, 20), from: 'unverified' },
  timers: [{ text: 'Time-out: 10 s, since version 5 15 s.', from: 'softether-1123' }],
  advice: [{ text: 'Use version 5 and write patience: 15s.', from: 'softether-1123' }],
  advisedPatience: '15s',
  groups: [],
  device: [],
  quirks: [
    {
      id: 'reconnects-every-15-s',
      text: 'The client tries again every 15 s without end, which has locked accounts in the directory: set its number of retries to 0.',
      from: 'softether-203',
    },
  ],
}
