using System.Buffers.Binary;
using IpsecDp.Crypto;
using IpsecDp.Ipsec.Sad;
using IpsecDp.Ipsec.Spd;
using IpsecDp.TestKit.Line;
using IpsecDp.Wire.Ip;
using IpsecDp.Wire.Selectors;

namespace Dataplane.Tests.Ipsec.FlowRuns;

/// <summary>A sender and a receiver with several tunnels side by side, by rules with ports; two of a kind are the batch's and the single packet's.</summary>
internal sealed class RunLines : IDisposable
{
    public const string A = "192.0.2.10";
    public const string B = "198.51.100.20";
    public const string A6 = "2001:db8::a";
    public const string B6 = "2001:db8::b";

    private static readonly (string Name, ushort Port)[] Tunnels = [("plain", 80), ("udp", 81), ("padded", 82), ("six", 83), ("transport", 84), ("transport-udp", 85), ("transport-six", 86), ("chacha", 87)];

    private readonly Func<SaModel, SaModel> _change;

    public RunLines(Func<SaModel, SaModel>? change = null, int mtu = 1500)
    {
        _change = change ?? (model => model);
        // A batch is what runs are found in; superframes have twins of their own, and their outer identifications are the socket's.
        var form = LineForm.OfThisRun with { JoinsClear = false };
        (Sender, Receiver) = (new SteppedHost(form, mtu), new SteppedHost(form, mtu));
        for (var i = 0; i < Tunnels.Length; i++)
        {
            Install(i, 0);
        }

        Publish(discards: false);
    }

    public SteppedHost Sender { get; }

    public SteppedHost Receiver { get; }

    public static int Count => Tunnels.Length;

    /// <summary>Gives a tunnel an SA of a generation; earlier ones stay valid for the receiver.</summary>
    public void Install(int tunnel, uint generation)
    {
        Receiver.Plane.InstallInbound(Tunnels[tunnel].Name, [Model(tunnel, generation, isOutbound: false)]);
        Sender.Plane.ReplaceOutbound(Tunnels[tunnel].Name, [Model(tunnel, generation, isOutbound: true)]);
    }

    /// <summary>Publishes the rules, on the way out with or without the discarding one in front.</summary>
    public void Publish(bool discards)
    {
        List<SpdRule> rules = [.. discards ? [Rule("none", 81, PolicyAction.Discard)] : Array.Empty<SpdRule>(), Rule("clear", 90, PolicyAction.Bypass), Rule("never", 91, PolicyAction.Discard)];
        rules.AddRange(Tunnels.Select(tunnel => Rule(tunnel.Name, tunnel.Port, PolicyAction.Protect, tunnel.Name)));
        Sender.Plane.Publish(new SpdModel(rules));
        Receiver.Plane.Publish(new SpdModel([.. rules.Where(rule => rule.Name != "none").Select(Turned)]));
    }

    public void Dispose()
    {
        Sender.Dispose();
        Receiver.Dispose();
    }

    /// <summary>The SPI a packet shows, 0 for one in clear.</summary>
    public static uint SpiOf(byte[] packet)
    {
        var at = packet[0] >> 4 == 4 ? 20 : 40;
        var protocol = packet[0] >> 4 == 4 ? packet[9] : packet[6];
        return protocol switch
        {
            IpProtocol.Esp => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at)),
            IpProtocol.Udp when BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at + 2)) == 4500 => BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(at + 8)),
            _ => 0,
        };
    }

    private SaModel Model(int tunnel, uint generation, bool isOutbound)
    {
        var name = Tunnels[tunnel].Name;
        var isV6 = name is "six" or "transport-six";
        var mode = name.StartsWith("transport", StringComparison.Ordinal) ? SaMode.Transport : SaMode.Tunnel;
        var suite = name == "chacha" ? new CipherSuite(EncryptionAlgorithm.ChaCha20Poly1305, 256, IntegrityAlgorithm.None) : null;
        var model = TestSa.Model(0x1000 + (uint)tunnel + (generation * 256), isV6 ? A6 : A, isV6 ? B6 : B, isOutbound, mode, suite);
        return _change(model with
        {
            Tunnel = name,
            Encapsulation = name is "udp" or "transport-udp" or "six" ? new UdpEncapsulation() : null,
            TrafficFlowPadding = name == "padded" ? 700 : 0,
        });
    }

    private static SpdRule Rule(string name, ushort port, PolicyAction action, string? tunnel = null) => new()
    {
        Name = name,
        Action = action,
        Tunnel = tunnel,
        Selectors = [Ports(AddressRange.AnyV4, port), Ports(AddressRange.AnyV6, port)],
    };

    private static TrafficSelector Ports(AddressRange range, ushort port) => new(range, range, null, PortRange.Any, PortRange.Of(port));

    private static SpdRule Turned(SpdRule rule) => rule with
    {
        Selectors = [.. rule.Selectors.Select(selector => new TrafficSelector(selector.Remote, selector.Local, selector.Protocol, selector.RemotePorts, selector.LocalPorts))],
    };
}
