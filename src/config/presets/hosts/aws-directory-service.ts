import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const awsDirectoryService: Preset = {
  title: 'AWS Directory Service',
  settings: {
    person_specific_device: { value: false, from: 'unverified' },
  },
  mostPatience: { value: '50s', from: 'pulumi-docs', because: 'radius_timeout ends there' },
  protocols: [
    { value: 'pap', from: 'unverified' },
    { value: 'chap', from: 'unverified' },
    { value: 'ms-chap', from: 'unverified' },
  ],
  sending: { ...every(10, 5), from: 'unverified' },
  timers: [
    {
      text: 'radius_timeout: 1 to 50 s; the value it comes with is not known.',
      from: 'pulumi-docs',
    },
  ],
  advice: [{ text: 'Set the server time-out to 50 s, the most there is.', from: 'pulumi-docs' }],
  advisedPatience: '50s',
  groups: [],
  device: [],
  quirks: [
    {
      id: 'challenges-unknown',
      text: 'Whether it shows a challenge is not known: try it, and write challenges: false if not.',
      from: 'unverified',
    },
  ],
}
