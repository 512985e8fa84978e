import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const windowsRras: Preset = {
  title: 'Windows RRAS and built-in client',
  settings: {
    patience: {
      value: '30s',
      from: 'doubleclue',
      because: 'the client of Windows gives up then, whatever RRAS does',
    },
    challenges: { value: false, from: 'isdecisions' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'unverified' },
    { value: 'ms-chapv2', from: 'unverified' },
    { value: 'eap', from: 'unverified' },
  ],
  sending: { ...every(3, 10), from: 'doubleclue' },
  timers: [
    {
      text: 'The client of Windows repeats itself every 3 s and gives up at about 30 s; a registry value changes that.',
      from: 'doubleclue',
    },
  ],
  advice: [
    {
      text: 'Set the RADIUS time-out of RRAS to 180 s, so that the client decides.',
      from: 'doubleclue',
    },
  ],
  groups: [
    { name: 'Class', use: 'as rules of NPS return it', from: 'unverified' },
    { name: 'Filter-Id', use: 'as rules of NPS return it', from: 'unverified' },
  ],
  device: [],
  quirks: [
    {
      id: 'code-in-name-or-password',
      text: 'There is no field for a code: people type it after the password, or after the user name.',
      from: 'isdecisions',
    },
  ],
}
