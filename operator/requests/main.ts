import { runHook } from '../kit';
import { requests } from './hook';

void runHook(requests);
