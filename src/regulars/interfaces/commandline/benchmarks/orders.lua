-- Orders for wrk: three lines each, members at random. BENCH_KEY, BENCH_MEMBERS, BENCH_RUN and BENCH_SIZE come from the
-- environment; BENCH_SIZE above 1 sends that many in one bulk request.
local key, run = os.getenv("BENCH_KEY"), os.getenv("BENCH_RUN")
local members, size = tonumber(os.getenv("BENCH_MEMBERS")), tonumber(os.getenv("BENCH_SIZE"))
local at = os.getenv("BENCH_AT")
local categories = {"coffee", "food", "merch"}
local channels = {"app", "web", "store"}
local headers = {["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key}
local threads, count = 0, 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  math.randomseed(number + 7)
end

local function line(cents)
  return string.format('{"sku":"s%d","category":"%s","quantity":"1","amount":"%.2f"}',
    math.random(999), categories[math.random(3)], cents / 100)
end

local function order()
  count = count + 1
  local id = run .. "-" .. number .. "-" .. count
  local third = math.random(100, 3000)
  return string.format('{"id":"%s","type":"order","member":{"external_id":"m%d"},"occurred_at":"%s","order":' ..
    '{"number":"%s","currency":"EUR","total":"%.2f","channel":"%s","lines":[%s,%s,%s]}}',
    id, math.random(members) - 1, at, id, third * 3 / 100, channels[math.random(3)],
    line(third), line(third), line(third))
end

function request()
  if size == 1 then
    return wrk.format("POST", "/api/v1/events", headers, order())
  end
  local orders = {}
  for position = 1, size do orders[position] = order() end
  return wrk.format("POST", "/api/v1/events/bulk", headers, '{"events":[' .. table.concat(orders, ",") .. "]}")
end

function done(summary, latency)
  io.write(string.format("BENCH %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
