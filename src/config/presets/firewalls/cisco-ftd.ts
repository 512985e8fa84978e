import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const ciscoFtd: Preset = {
  title: 'Cisco FTD, managed by FMC',
  settings: {
    challenges: { value: true, from: 'unverified' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'unverified' },
    { value: 'ms-chapv2', from: 'unverified' },
  ],
  sending: { ...every(10, 2), from: 'unverified' },
  timers: [{ text: 'The time-out it comes with is not known; look at yours.', from: 'unverified' }],
  advice: [{ text: 'Set the time-out to 35 s or more, with one retry.', from: 'mideye' }],
  advisedPatience: '35s',
  groups: [
    { name: 'ASA-Group-Policy', use: 'group policy by its name', from: 'unverified' },
    { name: 'Class', use: 'group policy, written OU=POLICY;', from: 'unverified' },
  ],
  device: [{ name: 'Calling-Station-Id', use: 'public address of the person', from: 'unverified' }],
  quirks: [
    {
      id: 'two-timers',
      text: 'AnyConnect has a timer of its own, as with the ASA: raise both.',
      from: 'unverified',
    },
  ],
}
