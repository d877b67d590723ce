using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Linux.Nfqueue;
using IpsecDp.Crypto;
using IpsecDp.Crypto.Platform;
using IpsecDp.Crypto.Simd;
using IpsecDp.Engines;
using IpsecDp.Engines.Accounting;
using IpsecDp.Ipsec;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.Wire.Ip;
using NetworkNamespace = IpsecDp.TestKit.Namespaces.NetworkNamespace;

namespace Dataplane.Tests.Adapters.Linux.Nfqueue;

/// <summary>Two hosts in namespaces that protect all they say to each other, by a capture and a data plane each, and an ear on the link between them.</summary>
internal sealed class CapturedPair : IDisposable
{
    private const int EarOctets = 32 << 20;

    private readonly CaptureSpaces _spaces = new();
    private readonly LinkCapture _ear;

    public CapturedPair(SaMode mode = SaMode.Transport)
    {
        _ear = Spaces.B.Run(() => LinkCapture.Open(NetworkNamespaces.Link, LinkFilter.AllButEsp(CaptureSpaces.A, CaptureSpaces.B, port: null), EarOctets));
        HostA = new Host(Spaces.A, isA: true, mode);
        HostB = new Host(Spaces.B, isA: false, mode);
    }

    public NetworkNamespaces Spaces => _spaces.Spaces;

    public Host HostA { get; }

    public Host HostB { get; }

    /// <summary>Packets between the two that were neither ESP nor a neighbour's, heard since the last asking.</summary>
    public List<string> ClearPackets()
    {
        var heard = new List<string>();
        while (_ear.TryReceive(TimeSpan.Zero, out _, out var packet))
        {
            if (IpPacketView.TryView(packet, out var view) && IsBetween(view.Source, view.Destination) && view.Protocol is not (IpProtocol.Esp or IpProtocol.Icmpv6))
            {
                heard.Add($"{view.Source} > {view.Destination} protocol {view.Protocol}, {packet.Length} octets");
            }
        }

        Assert.Equal(0, _ear.Lost);
        return heard;
    }

    public void Dispose()
    {
        HostA.Dispose();
        HostB.Dispose();
        _ear.Dispose();
        _spaces.Dispose();
    }

    private static bool IsBetween(IpAddress source, IpAddress destination) => Ends.Contains(source) && Ends.Contains(destination);

    private static IpAddress[] Ends { get; } = [CaptureSpaces.A, CaptureSpaces.B, CaptureSpaces.A6, CaptureSpaces.B6];

    /// <summary>One of the two.</summary>
    internal sealed class Host : IDisposable
    {
        private readonly EnginePool _pool;
        private readonly DataPlane _plane;
        private bool _isGone;

        public Host(NetworkNamespace space, bool isA, SaMode mode)
        {
            (IpAddress Local, IpAddress Remote)[] ends = isA
                ? [(CaptureSpaces.A, CaptureSpaces.B), (CaptureSpaces.A6, CaptureSpaces.B6)]
                : [(CaptureSpaces.B, CaptureSpaces.A), (CaptureSpaces.B6, CaptureSpaces.A6)];
            var selectors = ends.Select(end => CaptureSpaces.Any(end.Local, end.Remote)).ToArray();
            Capture = space.Run(() => NfqueueCapture.Open(new NfqueueOptions
            {
                Plan = new() { Outbound = selectors, Inbound = selectors, Protected = [.. ends.Select(end => new IpsecDp.Ports.Divert.CipherFlow(end.Local, end.Remote, null))] },
                Buffers = Buffers,
            }));
            var ledger = new CpuLedger();
            _pool = new EnginePool(new EnginePoolModel { Engines = 0 }, ledger);
            _plane = new DataPlane(new DataPlaneOptions
            {
                Name = isA ? "A" : "B",
                ClearPorts = Capture.ClearPorts,
                CipherPorts = Capture.CipherPorts,
                Pool = _pool,
                Crypto = new CryptoEngines([new SimdEngine(), new PlatformEngine()]),
                Ledger = ledger,
                Packets = Buffers.Packets,
                Superframes = Buffers.Superframes,
                Events = new RecordedEvents(),
            });
            for (var i = 0; i < ends.Length; i++)
            {
                var (local, remote) = (ends[i].Local.ToString(), ends[i].Remote.ToString());
                var (forth, back) = ((uint)(0x1000 + i), (uint)(0x2000 + i));
                var outbound = TestSa.Model(isA ? forth : back, local, remote, isOutbound: true, mode) with { Tunnel = $"t{i}" };
                var inbound = TestSa.Model(isA ? back : forth, remote, local, isOutbound: false, mode) with { Tunnel = $"t{i}" };
                _plane.Install(new TunnelModel($"t{i}", [outbound], [inbound]));
            }

            _plane.Publish(new SpdModel([.. selectors.Select((selector, i) => new SpdRule { Name = $"r{i}", Selectors = [selector], Action = PolicyAction.Protect, Tunnel = $"t{i}" })]));
            _plane.Start();
        }

        public NfqueueCapture Capture { get; }

        public PortBuffers Buffers { get; } = new();

        public long Dropped(DropReason reason) => _plane.Snapshot().Drops.GetValueOrDefault(reason);

        /// <summary>What a process that dies leaves: sockets closed, rules in place.</summary>
        public void Crash() => End(Capture.Abandon);

        public void Dispose() => End(Capture.Dispose);

        private void End(Action endCapture)
        {
            if (_isGone)
            {
                return;
            }

            _isGone = true;
            _plane.Dispose();
            endCapture();
            _pool.Dispose();
            Assert.Equal(0, Buffers.Outstanding);
        }
    }
}
