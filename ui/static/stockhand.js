// The page's parts that exist once: the connection and what every screen shows.
import { Live } from './live/live.js'
import { Upload, Devices, Pairing, Simulation, Counts } from './live/topics.js'
import { settings } from './settings.js'

const scheme = location.protocol === 'https:' ? 'wss' : 'ws'

export const live = new Live({
	url: `${scheme}://${location.host}/ws`,
	token: () => settings.token.value,
	keep: token => { settings.token.value = token },
})

export const counts = new Counts('counts')
export const upload = new Upload('upload')
export const devices = new Devices('devices')
export const pairing = new Pairing('pairing')
export const simulation = new Simulation('simulation')

/** Whether the person signed in may open, close and judge counts. */
export const manages = () => live.role.value === 'manager' || live.role.value === 'admin'
