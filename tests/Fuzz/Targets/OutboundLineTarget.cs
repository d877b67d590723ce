using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;

namespace IpsecDp.Fuzz.Targets;

/// <summary>The outbound path: the octets as a packet of the host, for a transport and for a tunnel SA in turn.</summary>
public sealed class OutboundLineTarget() : LineTarget("outbound-line")
{
    private const string Local = "10.1.0.1";
    private const string Remote = "10.2.0.2";
    private const uint Spi = 0x1001;
    private const int PacketsPerSa = 1000;

    private int _sent;

    /// <inheritdoc/>
    protected override void Admit(CountingHost host, ReadOnlySpan<byte> input)
    {
        if (_sent == 0)
        {
            host.Plane.Publish(TestSa.ProtectAll());
        }

        if (_sent % PacketsPerSa == 0)
        {
            var mode = _sent / PacketsPerSa % 2 == 0 ? SaMode.Transport : SaMode.Tunnel;
            host.Plane.ReplaceOutbound(TestSa.Tunnel, [TestSa.Model(Spi, Local, Remote, isOutbound: true, mode)]);
        }

        _sent++;
        host.Send(input);
        Promise.Holds(host.Cipher.Longest <= host.Cipher.Mtu, "what leaves fits the link");
    }
}
