import { runHook } from '../kit';
import { restartOn } from './hook';

void runHook(restartOn({ group: 'apps', version: 'v1', kind: 'StatefulSet', plural: 'statefulsets' }));
