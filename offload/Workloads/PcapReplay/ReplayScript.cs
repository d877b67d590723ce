using IpsecDp.Wire.Ip;

namespace IpsecDp.Workloads.PcapReplay;

/// <summary>A capture file made ready to play: each packet laid to a host, addresses rewritten; shared by both hosts.</summary>
public sealed class ReplayScript
{
    private readonly byte[] _octets;
    private readonly ReplayPacket[] _packets;

    /// <summary>Prepares a file. The address most packets come from is host A's; packets from any other address are host B's.</summary>
    /// <exception cref="ArgumentException">The model cannot be carried out, or no packet is left to play.</exception>
    public ReplayScript(CaptureFile file, ReplayModel model)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(model);
        Verify(model);
        Model = model;
        var hostA = BusiestSource(file);
        var packets = new List<ReplayPacket>(file.Packets.Length);
        using var octets = new MemoryStream();
        var first = file.Packets.IsEmpty ? 0 : file.Packets[0].CapturedAt;
        var latest = 0L;
        foreach (var captured in file.Packets)
        {
            var packet = file.OctetsOf(captured).ToArray();
            if (!IpPacketView.TryView(packet, out var view) || captured.Length > model.LargestPacket)
            {
                LeftOut++;
                continue;
            }

            var sender = view.Source == hostA ? HostSide.A : HostSide.B;
            if (model.Pairs.Count > 0 && !TryRewrite(view, model, sender))
            {
                LeftOut++;
                continue;
            }

            // A capture's clock may step back; the play never does.
            latest = Math.Max(latest, captured.CapturedAt - first);
            packets.Add(new((int)octets.Length, packet.Length, sender, latest));
            octets.Write(packet);
        }

        _packets = [.. packets];
        _octets = octets.ToArray();
        if (_packets.Length == 0)
        {
            throw new ArgumentException("the capture holds no packet to play", nameof(file));
        }
    }

    /// <summary>How it is played.</summary>
    public ReplayModel Model { get; }

    /// <summary>Packets of the file that are not played: too large, or of an IP version without addresses.</summary>
    public int LeftOut { get; }

    /// <summary>Packets one lap has.</summary>
    public int Count => _packets.Length;

    internal ReadOnlySpan<ReplayPacket> Packets => _packets;

    internal Span<byte> OctetsOf(ReplayPacket packet) => _octets.AsSpan(packet.Offset, packet.Length);

    private static void Verify(ReplayModel model)
    {
        if (model.TicksPerSecond <= 0 || model.Laps <= 0)
        {
            throw new ArgumentException("ticks per second and laps are positive", nameof(model));
        }

        if (model.Pairs.Any(p => p.A.Version != p.B.Version || p.A == p.B) || model.Pairs.DistinctBy(p => p.Version).Count() != model.Pairs.Count)
        {
            throw new ArgumentException("a pair is two addresses of one IP version, one pair per version", nameof(model));
        }
    }

    private static IpAddress BusiestSource(CaptureFile file)
    {
        var counts = new Dictionary<IpAddress, int>();
        var busiest = default(IpAddress);
        var most = 0;
        foreach (var captured in file.Packets)
        {
            if (IpPacketView.TryView(file.OctetsOf(captured), out var view))
            {
                var count = counts.GetValueOrDefault(view.Source) + 1;
                counts[view.Source] = count;
                (busiest, most) = count > most ? (view.Source, count) : (busiest, most);
            }
        }

        return busiest;
    }

    private static bool TryRewrite(in IpPacketView view, ReplayModel model, HostSide sender)
    {
        foreach (var pair in model.Pairs)
        {
            if (pair.Version == view.Version)
            {
                AddressRewrite.Apply(view, pair.Of(sender), pair.PeerOf(sender));
                return true;
            }
        }

        return false;
    }
}
