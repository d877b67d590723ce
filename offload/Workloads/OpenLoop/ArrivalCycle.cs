using System.Globalization;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Transport;
using IpsecDp.Workloads.EnterpriseExtender;
using IpsecDp.Workloads.Payload;
using IpsecDp.Workloads.PcapReplay;

namespace IpsecDp.Workloads.OpenLoop;

/// <summary>The packets of an open load in the order of their arrival, again and again: each with its headers ready, its place in time in units of the mean gap, and how many of each class came before it.</summary>
public sealed class ArrivalCycle
{
    private const int Drawn = 8192;
    private const int MostCaptured = 65_536;
    private const byte HopLimit = 64;
    private const ushort FirstTcpPort = 5001;
    private const ushort InteractivePort = 3270;
    private const int FlowsOfTunnel = 16;
    private const int PrecedenceShift = 5;

    // Small, so that it stays in the nearest cache.
    private static readonly byte[] Filling = [.. Enumerable.Range(0, 2048).Select(static at => (byte)(at * 131))];

    private readonly ArrivalEntry[] _entries;
    private readonly byte[] _headers;
    private readonly double[] _at;
    private readonly int[][] _before;
    private readonly long[] _octetsBefore;

    private ArrivalCycle(ArrivalEntry[] entries, byte[] headers, double[] at, int flows)
    {
        (_entries, _headers, _at, Flows) = (entries, headers, at, flows);
        _before = [.. Enumerable.Range(0, ClassCount).Select(_ => new int[entries.Length + 1])];
        _octetsBefore = new long[entries.Length + 1];
        for (var i = 0; i < entries.Length; i++)
        {
            for (var c = 0; c < ClassCount; c++)
            {
                _before[c][i + 1] = _before[c][i] + ((int)entries[i].Class == c ? 1 : 0);
            }

            _octetsBefore[i + 1] = _octetsBefore[i] + entries[i].Length;
        }

        int[] precedences = [.. entries.Select(static entry => EePorts.TosOf(ArrivalClass.PortOf(entry.Class)) >> PrecedenceShift)];
        Shares = [.. precedences.Distinct().OrderDescending().Select(precedence => new ArrivalShare(precedence, [.. precedences.Select(one => one == precedence)]))];
    }

    /// <summary>How many classes there are.</summary>
    public static int ClassCount { get; } = Enum.GetValues<TrafficClass>().Length;

    /// <summary>Packets of one round.</summary>
    public int Count => _entries.Length;

    /// <summary>Flows, each of one class and one tunnel.</summary>
    public int Flows { get; }

    /// <summary>The packets of each IP precedence, the highest first.</summary>
    public IReadOnlyList<ArrivalShare> Shares { get; }

    /// <summary>Octets of an average packet.</summary>
    public double MeanLength => (double)_octetsBefore[Count] / Count;

    /// <summary>Which of a class and tunnel there are.</summary>
    public IReadOnlyList<(TrafficClass Class, int Tunnel)> FlowsInUse => [.. _entries.Select(static entry => entry.Flow).Distinct().Order().Select(static flow => ((TrafficClass)(flow % FlowsOfTunnel), flow / FlowsOfTunnel))];

    /// <summary>The addresses of a tunnel, of the benchmarking range of RFC 2544 or RFC 5180.</summary>
    public static AddressPair PairOf(int tunnel, IpVersion family = IpVersion.V4)
    {
        var rest = string.Create(CultureInfo.InvariantCulture, $"{(tunnel >> 8) + 1}.{tunnel & 0xFF}");
        var (ofA, ofB) = family == IpVersion.V4 ? ($"198.18.{rest}", $"198.19.{rest}") : ($"2001:2:0:18::{tunnel + 1:x}", $"2001:2:0:19::{tunnel + 1:x}");
        return IpAddress.TryParse(ofA, out var a) && IpAddress.TryParse(ofB, out var b)
            ? new AddressPair(a, b)
            : throw new InvalidOperationException("a benchmarking address does not parse");
    }

    /// <summary>Draws a cycle: kinds by their weights, sizes evenly, gaps exponentially, all from the seed. Throws <see cref="ArgumentException"/> for a model that cannot be carried out.</summary>
    public static ArrivalCycle Draw(ArrivalModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Verify(model);
        var shapes = model.PacketLength is { } octets ? ArrivalShapes.OfSize(octets) : ArrivalShapes.Of(model.Mix, model.PathMtu);
        var whole = shapes.Sum(static shape => shape.Weight);
        var builder = new ArrivalCycleBuilder(Drawn);
        var at = 0.0;
        for (var i = 0; i < Drawn; i++)
        {
            var key = SeedDerivation.Derive(model.Seed, (ulong)i);
            var shape = Pick(shapes, Unit(SeedDerivation.Derive(key, 0)) * whole);
            var length = (int)SeedDerivation.Between(key, 1, Math.Min(shape.Smallest, model.PathMtu), Math.Min(shape.Largest, model.PathMtu));
            at -= Math.Log(1 - Unit(SeedDerivation.Derive(key, 2)));
            var tunnel = i % model.Tunnels;
            builder.Add(shape.Class, Math.Max(length, ArrivalModel.SmallestOf(model.Family)), FlowOf(shape.Class, tunnel), at, PairOf(tunnel, model.Family));
        }

        return builder.Build(model.Tunnels * FlowsOfTunnel);
    }

    /// <summary>Takes sizes, classes, order and relative gaps of a capture; packets of another IP version and larger ones than the path carries are left out. Throws <see cref="ArgumentException"/> where none is left.</summary>
    public static ArrivalCycle Replay(CaptureFile file, ArrivalModel model)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(model);
        Verify(model);
        var builder = new ArrivalCycleBuilder(Drawn);
        var (first, latest) = (file.Packets.IsEmpty ? 0 : file.Packets[0].CapturedAt, 0.0);
        foreach (var captured in file.Packets)
        {
            if (builder.Count < MostCaptured && IpPacketView.TryView(file.OctetsOf(captured), out var view) && view.Version == model.Family && captured.Length <= model.PathMtu)
            {
                // A capture's clock may step back; arrivals never do.
                latest = Math.Max(latest, captured.CapturedAt - first);
                var tunnel = builder.Count % model.Tunnels;
                var kind = ArrivalClass.Of(view);
                builder.Add(kind, Math.Max(captured.Length, ArrivalModel.SmallestOf(model.Family)), FlowOf(kind, tunnel), latest, PairOf(tunnel, model.Family));
            }
        }

        return builder.Count > 0 ? builder.Build(model.Tunnels * FlowsOfTunnel) : throw new ArgumentException($"no packet of the capture can be offered: none is {(model.Family == IpVersion.V4 ? "IPv4" : "IPv6")} and fits the path", nameof(file));
    }

    /// <summary>How many packets of the endless sequence have arrived after so many mean gaps.</summary>
    public long ArrivedBy(double gaps)
    {
        var rounds = Math.Floor(gaps / Count);
        var found = Array.BinarySearch(_at, gaps - (rounds * Count));
        return ((long)rounds * Count) + (found >= 0 ? found + 1 : ~found);
    }

    /// <summary>When the n-th packet of the endless sequence arrives, in mean gaps.</summary>
    public double ArrivalOf(long number) => (number / Count * Count) + _at[number % Count];

    /// <summary>Packets of a class among the first so many.</summary>
    public long OfClass(TrafficClass trafficClass, long first) => (first / Count * _before[(int)trafficClass][Count]) + _before[(int)trafficClass][first % Count];

    /// <summary>Octets of the first so many packets.</summary>
    public long OctetsOf(long first) => (first / Count * _octetsBefore[Count]) + _octetsBefore[first % Count];

    /// <summary>Octets of a class's packets of one round.</summary>
    public long OctetsOf(TrafficClass trafficClass) => _entries.Where(entry => entry.Class == trafficClass).Sum(static entry => (long)entry.Length);

    /// <summary>Octets of the n-th packet.</summary>
    public int LengthOf(long number) => _entries[number % Count].Length;

    /// <summary>The number of a class's flow in a tunnel.</summary>
    public static ushort FlowOf(TrafficClass trafficClass, int tunnel) => (ushort)((tunnel * FlowsOfTunnel) + (int)trafficClass);

    /// <summary>Class and tunnel of the n-th packet.</summary>
    public (TrafficClass Class, int Tunnel) FlowOf(long number)
    {
        ref readonly var entry = ref _entries[number % Count];
        return (entry.Class, entry.Flow / FlowsOfTunnel);
    }

    /// <summary>The octets every packet of a class has; null where they differ, or where there is none.</summary>
    public int? UniformLengthOf(TrafficClass trafficClass)
    {
        int[] lengths = [.. _entries.Where(entry => entry.Class == trafficClass).Select(static entry => entry.Length).Distinct().Take(2)];
        return lengths.Length == 1 ? lengths[0] : null;
    }

    /// <summary>The stamp of the n-th packet.</summary>
    public ArrivalStamp StampOf(long number, long dueAt, byte trial)
    {
        ref readonly var entry = ref _entries[number % Count];
        return new ArrivalStamp(dueAt, (uint)number, entry.Flow, (byte)entry.Class, trial);
    }

    /// <summary>Writes the n-th packet into octets of its length, all of them, as reading a device does: its headers, whatever payload, its stamp. Octets left as they lay would still be in the cache of who sealed or opened them last, and what moving work costs would hang on it.</summary>
    public void Write(Span<byte> packet, long number, long dueAt, byte trial)
    {
        ref readonly var entry = ref _entries[number % Count];
        _headers.AsSpan(entry.HeaderAt, entry.HeaderLength).CopyTo(packet);
        for (var rest = packet[entry.HeaderLength..]; !rest.IsEmpty;)
        {
            var part = Math.Min(rest.Length, Filling.Length);
            Filling.AsSpan(0, part).CopyTo(rest);
            rest = rest[part..];
        }

        StampOf(number, dueAt, trial).Write(packet);
    }

    private static double Unit(ulong random) => (random >> 11) * (1.0 / (1UL << 53));

    private static ArrivalShape Pick(IReadOnlyList<ArrivalShape> shapes, double at)
    {
        foreach (var shape in shapes)
        {
            at -= shape.Weight;
            if (at < 0)
            {
                return shape;
            }
        }

        return shapes[^1];
    }

    private static void Verify(ArrivalModel model)
    {
        if (model.Tunnels is < 1 or > ArrivalModel.MostTunnels)
        {
            throw new ArgumentException($"a load has 1 to {ArrivalModel.MostTunnels} tunnels", nameof(model));
        }

        if (model.PathMtu < TrafficModel.SmallestPathMtu || model.PacketLength > model.PathMtu || model.PacketLength < ArrivalModel.SmallestOf(model.Family))
        {
            throw new ArgumentException($"packets have {ArrivalModel.SmallestOf(model.Family)} octets up to the path's {model.PathMtu}", nameof(model));
        }

        if (model.Mix.EnterpriseExtender + model.Mix.Bulk + model.Mix.Interactive <= 0)
        {
            throw new ArgumentException("a load has at least one kind of traffic", nameof(model));
        }
    }

    // Headers are made once; a packet's own are copied in front of it.
    private sealed class ArrivalCycleBuilder(int expected)
    {
        private readonly List<ArrivalEntry> _entries = new(expected);
        private readonly List<double> _at = new(expected);
        private readonly MemoryStream _headers = new();

        public int Count => _entries.Count;

        public void Add(TrafficClass trafficClass, int length, ushort flow, double at, AddressPair pair)
        {
            var packet = new byte[length];
            var isTcp = trafficClass is TrafficClass.Bulk or TrafficClass.BulkAck or TrafficClass.Interactive;
            var port = ArrivalClass.PortOf(trafficClass);
            new IpHeaderFields(pair.A, pair.B, isTcp ? IpProtocol.Tcp : IpProtocol.Udp, HopLimit, EePorts.TosOf(port), DontFragment: true).Write(packet);
            var network = pair.Version == IpVersion.V4 ? Ipv4View.MinimumHeaderLength : Ipv6View.HeaderLength;
            var transport = packet.AsSpan(network);
            if (isTcp)
            {
                WriteTcp(transport, trafficClass == TrafficClass.Interactive ? InteractivePort : FirstTcpPort, trafficClass);
            }
            else
            {
                UdpView.Write(transport, port, port);
            }

            var header = network + (isTcp ? TcpView.MinimumHeaderLength : UdpView.HeaderLength);
            _entries.Add(new ArrivalEntry(length, trafficClass, flow, (int)_headers.Length, (byte)header));
            _headers.Write(packet, 0, header);
            _at.Add(at);
        }

        public ArrivalCycle Build(int flows)
        {
            // The mean gap of the whole round is one, the way round included; packets at one moment keep their order.
            var last = _at[^1] <= 0 ? 1 : _at[^1];
            var scale = Count / (last * (1 + (1.0 / Count)));
            return new ArrivalCycle([.. _entries], _headers.ToArray(), [.. _at.Select(at => at * scale)], flows);
        }

        private static void WriteTcp(Span<byte> segment, ushort port, TrafficClass trafficClass)
        {
            segment[12] = TcpView.MinimumHeaderLength / 4 << 4;
            if (TcpView.TryView(segment, out var tcp))
            {
                tcp.SourcePort = (ushort)(port + 40_000);
                tcp.DestinationPort = port;
                tcp.Flags = trafficClass == TrafficClass.BulkAck ? TcpView.Ack : (byte)(TcpView.Ack | TcpView.Psh);
                tcp.Window = ushort.MaxValue;
            }
        }
    }
}
