using System.Diagnostics;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Esp;
using IpsecDp.Ports;
using IpsecDp.Ports.Memory;
using IpsecDp.Ports.Wrappers;
using IpsecDp.Wire.Ip;
using IpsecDp.Workloads;
using IpsecDp.Workloads.Accounting;

namespace IpsecDp.Host.Lab;

/// <summary>Two hosts in one process over a memory link: no privileges, no network, the whole line.</summary>
internal sealed class MemoryLab(LabOptions options)
{
    private const int LinkMtu = 1500;

    // What a run may take to come to rest once nothing more is offered.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    // Looks at a quiet lab until it is believed that a fault took what has not arrived.
    private const int QuietLooks = 200;

    private readonly CpuLedger _ledger = new();

    /// <summary>Runs the load; <paramref name="progress"/> is told four times a second. Throws <see cref="LabException"/> with a sentence for the operator.</summary>
    public LabResult Run(Action<LabProgress> progress, CancellationToken cancellation)
    {
        var pair = Addresses();
        using var meter = _ledger.Register("lab", CpuAccount.Workload);
        using var keys = new LabKeys(options, pair.A, pair.B);
        using var capture = LabCapture.Open(options.CaptureFile);
        var (endA, endB) = MemoryCipherLink.Create(new MemoryPortOptions { Name = "link", Mtu = LinkMtu, QueueLength = LabHost.QueueLength, RestoresRoom = false });
        var (linkA, linkB) = (new LabLink(endA, options, 0), new LabLink(endB, options, 1));
        var (workA, workB) = LabWorkload.Create(options, pair, LargestClear(keys));
        LabResult result;
        LabHost a, b;
        using (a = new LabHost("A", options, LinkMtu, capture.Tap(linkA.Port, "A"), workA, _ledger, LabEvents.Silent))
        using (b = new LabHost("B", options, LinkMtu, linkB.Port, workB, _ledger, LabEvents.Silent))
        {
            using var negotiation = options.UsesIke ? new MemoryNegotiation(options, pair, a.Plane, b.Plane) : null;
            var agreed = negotiation?.Agree();
            if (negotiation is null)
            {
                Install(a, keys, isA: true);
                Install(b, keys, isA: false);
            }

            a.Start();
            b.Start();
            result = Measure(a, b, progress, cancellation);
            Settle(a, b, linkA, linkB);
            result = result with
            {
                Agreed = agreed,
                Traffic = TrafficReport.Between(workA, workB),
                Planes = [a.Snapshot(), b.Snapshot()],
                Faults = [linkA.Faults, linkB.Faults],
            };
        }

        return result with { OutstandingBuffers = a.Outstanding + b.Outstanding, Capture = capture.Describe() };
    }

    private static void Install(LabHost host, LabKeys keys, bool isA)
    {
        host.Plane.Install(keys.TunnelOf(isA));
        host.Plane.Publish(keys.PolicyOf(isA));
    }

    private LabResult Measure(LabHost a, LabHost b, Action<LabProgress> progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        // A second, or half of a shorter run, warms up caches and pools; memory is watched from there on.
        var warm = Clamp(options.Duration / 2, TimeSpan.FromSeconds(1));
        var cpu = _ledger.Snapshot();
        var (isWarm, packetsAtWarm, allocatedAtWarm, collectionsAtWarm) = (false, 0L, 0L, 0);
        var changes = new Queue<EngineChange>(options.Changes);
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < options.Duration && !cancellation.IsCancellationRequested)
        {
            Vary(changes, elapsed, a, b);
            if (!isWarm && elapsed >= warm)
            {
                (isWarm, packetsAtWarm, allocatedAtWarm, collectionsAtWarm) = (true, Delivered(a, b), GC.GetTotalAllocatedBytes(precise: true), GC.CollectionCount(0));
            }

            Check(a, b);
            progress(new LabProgress(elapsed, options.Duration, Delivered(a, b), DeliveredOctets(a, b)));
            var rest = options.Duration - Stopwatch.GetElapsedTime(started);
            var next = changes.TryPeek(out var change) ? Clamp(change.At - elapsed, TimeSpan.FromMilliseconds(250)) : TimeSpan.FromMilliseconds(250);
            cancellation.WaitHandle.WaitOne(Clamp(isWarm ? rest : warm - elapsed, next));
        }

        // Before anything is made of what was measured.
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedAtWarm;
        var result = new LabResult
        {
            Options = options,
            Elapsed = Stopwatch.GetElapsedTime(started),
            Cpu = _ledger.Snapshot().Since(cpu),
            SteadyPackets = Delivered(a, b) - packetsAtWarm,
            AllocatedBytes = allocated,
            Collections = GC.CollectionCount(0) - collectionsAtWarm,
            IsInterrupted = cancellation.IsCancellationRequested,
        };
        return result;
    }

    private static void Vary(Queue<EngineChange> changes, TimeSpan elapsed, LabHost a, LabHost b)
    {
        while (changes.TryPeek(out var change) && change.At <= elapsed)
        {
            changes.Dequeue();
            foreach (var host in new[] { a, b })
            {
                if (change.IsOn)
                {
                    host.Pool.Unpark(change.Engine);
                }
                else
                {
                    host.Pool.Park(change.Engine);
                }
            }
        }
    }

    private void Settle(LabHost a, LabHost b, LabLink linkA, LabLink linkB)
    {
        a.Drain();
        b.Drain();
        var started = Stopwatch.GetTimestamp();
        // Done when nothing is due any more and all has arrived. What faults took never does, so with faults a second without an arrival counts as well;
        // without them it does not, for a busy machine may need longer to compile the line than an application waits for an answer.
        // What the last arrival makes due is sent by a generator that may have lost its processor: of its looks, one may have begun before that arrival, the second did not.
        var (quiet, arrived, looksOfA, looksOfB) = (0, -1L, 0L, 0L);
        while (quiet < QuietLooks && Stopwatch.GetElapsedTime(started) < Settling)
        {
            Check(a, b);
            linkA.Flush();
            linkB.Flush();
            Thread.Sleep(TimeSpan.FromMilliseconds(5));
            var delivered = Delivered(a, b);
            var isMoving = !a.IsQuiet || !b.IsQuiet || delivered != arrived;
            var isComplete = delivered == LabWorkload.Offered(a.Workload) + LabWorkload.Offered(b.Workload);
            if (isMoving)
            {
                (arrived, looksOfA, looksOfB) = (delivered, a.Looks, b.Looks);
            }
            else if (isComplete && a.Looks > looksOfA + 1 && b.Looks > looksOfB + 1)
            {
                return;
            }

            quiet = isMoving || isComplete || options.Faults.Total == 0 ? 0 : quiet + 1;
        }
    }

    private static void Check(LabHost a, LabHost b)
    {
        if ((a.Failure ?? b.Failure) is { } failure)
        {
            throw new LabException($"a thread of the lab failed: {failure.Message}", failure);
        }
    }

    private AddressPair Addresses()
    {
        var (a, b) = options.Family == IpVersion.V4 ? ("192.0.2.10", "198.51.100.20") : ("2001:db8:a::10", "2001:db8:b::20");
        return IpAddress.TryParse(a, out var first) && IpAddress.TryParse(b, out var second)
            ? new AddressPair(first, second)
            : throw new InvalidOperationException("the lab's own addresses do not parse");
    }

    // Traffic is made to fit, so that a lab measures sealing and not fragmentation.
    private int LargestClear(LabKeys keys)
    {
        var header = options.Family == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;
        using var outbound = keys.TunnelOf(isA: true).Outbound[0];
        return new BundleGeometry([outbound]).LargestClear(LinkMtu, header);
    }

    private static long Delivered(LabHost a, LabHost b) => LabWorkload.Delivered(a.Workload) + LabWorkload.Delivered(b.Workload);

    private static long DeliveredOctets(LabHost a, LabHost b) => LabWorkload.DeliveredOctets(a.Workload) + LabWorkload.DeliveredOctets(b.Workload);

    private static TimeSpan Clamp(TimeSpan wait, TimeSpan longest) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait > longest ? longest : wait;
}
