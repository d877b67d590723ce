using System.Collections.Concurrent;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec.Accounting;
using IpsecDp.Ipsec.Flow;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>What happens with time and not with packets: ages of SAs, overdue fragments and held packets, NAT keepalives, the rest of what is logged and of what is removed.</summary>
internal sealed class Upkeep(DataPlaneOptions options, LineContext line, TunnelRegistry tunnels, RetiredAssociations retired, OutboundPath[] outbound, InboundPath[] inbound) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SaModel, (LifetimeWatch Watch, SaCounters Counters)> _ageing = new(ReferenceEqualityComparer.Instance as IEqualityComparer<SaModel>);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Keepalives _keepalives = new(options, line, tunnels);
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"{options.Name} upkeep" };
        _thread.Start();
    }

    /// <summary>Looks at an SA's age from here on, if it has a limit.</summary>
    public void Watch(SaModel model, LifetimeWatch watch, SaCounters counters)
    {
        if (model.Lifetime.SoftAge != TimeSpan.MaxValue || model.Lifetime.HardAge != TimeSpan.MaxValue)
        {
            _ageing[model] = (watch, counters);
        }
    }

    public void Forget(SaModel model) => _ageing.TryRemove(model, out _);

    public void Tick()
    {
        foreach (var path in outbound)
        {
            path.Expire();
        }

        foreach (var path in inbound)
        {
            path.Expire();
        }

        if (line.Held.IsUsed)
        {
            GiveUpHeld();
        }

        line.FilterLog.TellSuppressed(line.Policy);
        retired.Look();
        if (!_ageing.IsEmpty)
        {
            LookAtAges();
        }

        _keepalives.Send();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void GiveUpHeld()
    {
        using var overdue = new PacketBatch();
        foreach (var tunnel in tunnels.All)
        {
            do
            {
                GiveUp(overdue);
                tunnel.Gate.Expire(overdue, line.Time, options.AcquirePatience, line.Held);
            }
            while (overdue.Count > 0);
        }
    }

    private void GiveUp(PacketBatch overdue)
    {
        for (var i = 0; i < overdue.Count; i++)
        {
            var packet = overdue.Take(i)!;
            line.Drops.Count(DropReason.AcquireExpired, packet.Segments.CountIn(packet.Length));
            packet.Return();
        }

        overdue.Clear();
    }

    private void LookAtAges()
    {
        foreach (var (model, (watch, counters)) in _ageing)
        {
            line.Tell(model, watch.Look((ulong)counters.Packets, (ulong)counters.Bytes));
        }
    }

    private void Run()
    {
        using var meter = options.Ledger.Register($"{options.Name} upkeep", CpuAccount.General);
        while (!_stop.Wait(Period))
        {
            Tick();
        }
    }
}
