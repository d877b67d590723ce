using IpsecDp.Ipsec.Sad;
using IpsecDp.TestKit.Line;

namespace IpsecDp.Fuzz.Targets;

/// <summary>The inbound path: the octets as a packet from the network, and as what an authentic peer sealed.</summary>
public sealed class InboundLineTarget() : LineTarget("inbound-line")
{
    private const string Local = "10.2.0.2";
    private const string Remote = "10.1.0.1";
    private const int Alignment = 4;
    private const int ShortestPayload = 4;

    private readonly SaModel _transport = TestSa.Model(0x1001, Remote, Local, isOutbound: false);
    private readonly SaModel _tunnel = TestSa.Model(0x1002, Remote, Local, isOutbound: false, SaMode.Tunnel) with { Encapsulation = new UdpEncapsulation() };
    private ulong _number;

    /// <inheritdoc/>
    protected override void Admit(CountingHost host, ReadOnlySpan<byte> input)
    {
        if (_number == 0)
        {
            host.Plane.InstallInbound(TestSa.Tunnel, [_transport]);
            host.Plane.InstallInbound(TestSa.Tunnel, [_tunnel]);
            host.Plane.Publish(TestSa.ProtectAll());
        }

        _number++;
        host.Receive(input);
        var payload = input[..(input.Length / Alignment * Alignment)];
        if (payload.Length >= ShortestPayload)
        {
            host.Receive(HandMadeEsp.Packet(_number % 2 == 0 ? _transport : _tunnel, Remote, Local, payload, _number));
        }
    }
}
