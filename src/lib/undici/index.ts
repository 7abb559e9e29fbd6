/**
 * The parts of undici that are used here. Its index loads fetch, caches, mocks and WebSockets too, which are half of its
 * weight in memory and which nobody needs.
 */
import request from 'undici/lib/api/api-request.js';
import buildConnector from 'undici/lib/core/connect.js';
import errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

export { Agent, buildConnector, Client, Dispatcher, errors, Pool };

// As the index does with all of its methods.
Object.assign(Dispatcher.prototype, { request });
