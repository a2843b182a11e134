-- Requests of one case, for wrk: wrk … -s requests.lua URL -- CASE_FILE
--
-- The case file has a line each for the method, the authorization, the path and the body, then the
-- values of which each request puts a random one for "{}" in its path and body. "{key}" as the
-- body's first line asks for a fresh Idempotency-Key with each request.

local method, path, body
local values = {}
local headers = {}
local keyed, sent, prefix = false, 0, ""
local threads = 0

function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

function init(args)
  local lines = io.lines(args[1])
  method = lines()
  headers["Authorization"] = lines()
  path = lines()
  body = lines()
  keyed = lines() == "keyed"
  for value in lines do
    values[#values + 1] = value
  end
  math.randomseed(os.time() + thread_number)
  prefix = string.format("bench-%d-%d-%d-", os.time(), thread_number, math.random(1000000))
  if body ~= "" then
    headers["Content-Type"] = "application/json"
  else
    body = nil
  end
end

function request()
  local value = values[math.random(#values)]
  if keyed then
    sent = sent + 1
    headers["Idempotency-Key"] = prefix .. sent
  end
  return wrk.format(method, (path:gsub("{}", value)), headers, body and (body:gsub("{}", value)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "refused": %d, "broken": %d, "p50": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
