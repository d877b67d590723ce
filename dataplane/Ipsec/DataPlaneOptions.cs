using IpsecDp.Crypto;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Engines.Pinning;
using IpsecDp.Ports;
using IpsecDp.Ports.Buffers;

namespace IpsecDp.Ipsec;

/// <summary>What a data plane is built from; it owns none of it but reads its ports with threads of its own.</summary>
public sealed record DataPlaneOptions
{
    /// <summary>The name its threads carry.</summary>
    public required string Name { get; init; }

    /// <summary>The host's side, one port a queue; the first also takes what arrives.</summary>
    public required IReadOnlyList<IClearPort> ClearPorts { get; init; }

    /// <summary>The network's side, one port a queue; as many as clear ports or one for all.</summary>
    public required IReadOnlyList<ICipherPort> CipherPorts { get; init; }

    /// <summary>The engines that seal and open.</summary>
    public required EnginePool Pool { get; init; }

    /// <summary>The implementations of the suites.</summary>
    public required CryptoEngines Crypto { get; init; }

    /// <summary>Where its threads' CPU time is booked.</summary>
    public required CpuLedger Ledger { get; init; }

    /// <summary>Buffers for single packets.</summary>
    public required BufferPool Packets { get; init; }

    /// <summary>Buffers for superframes and reassembly.</summary>
    public required BufferPool Superframes { get; init; }

    /// <summary>How its threads are bound to processors.</summary>
    public IThreadPinning Pinning { get; init; } = new NoPinning();

    /// <summary>Which processors its threads are bound to.</summary>
    public ThreadPlacement Placement { get; init; } = ThreadPlacement.Free;

    /// <summary>Whether one thread serves all ports that are bound to a processor and can be polled (<see cref="IPolledPort"/>), the most important packet first: threads side by side would each wait until the scheduler takes the processor from the other. Where a port's packets come back to another of its ports, that way drops when full: nobody else would make room.</summary>
    public bool SharesThreads { get; init; }

    /// <summary>The way to control.</summary>
    public required IDataPlaneEvents Events { get; init; }

    /// <summary>The clock of lifetimes and time-outs.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Time between NAT keepalives of an encapsulated tunnel (RFC 3948 §4).</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a packet is held for a tunnel without an SA: what a key exchange may take, its repetitions included.</summary>
    public TimeSpan AcquirePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a removed SA's packets in flight are waited for.</summary>
    public TimeSpan DrainPatience { get; init; } = TimeSpan.FromSeconds(10);
}
