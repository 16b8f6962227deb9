// One line for each cluster. Named, so that two files cannot claim one name in silence.
export { edgeLocal } from './edge-local';
export { management } from './management';
export { prodEu } from './prod-eu';
export { prodUs } from './prod-us';
