using IpsecDp.Wire.Ipsec;

namespace Dataplane.Tests.Wire.Ipsec;

public sealed class UdpEncapMarkerTests
{
    [Theory]
    [InlineData(new byte[0], UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0xFF }, UdpEncapKind.Keepalive)]
    [InlineData(new byte[] { 0xFE }, UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0xFF, 0xFF }, UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0, 0, 0 }, UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0, 0, 0, 0 }, UdpEncapKind.Ike)]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 9, 9, 9, 9 }, UdpEncapKind.Ike)]
    [InlineData(new byte[] { 0, 0, 0, 1 }, UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0, 0, 0, 1, 0, 0, 0 }, UdpEncapKind.TooShort)]
    [InlineData(new byte[] { 0, 0, 0, 1, 0, 0, 0, 1 }, UdpEncapKind.Esp)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1 }, UdpEncapKind.Esp)]
    public void Classify_Payload_IsWhatRfc3948Says(byte[] payload, UdpEncapKind expected) =>
        Assert.Equal(expected, UdpEncapMarker.Classify(payload));

    [Fact]
    public void Write_FilledBuffer_TouchesFourOctets()
    {
        byte[] payload = [0xA5, 0xA5, 0xA5, 0xA5, 0xA5];
        UdpEncapMarker.Write(payload);
        Assert.Equal([0, 0, 0, 0, 0xA5], payload);
    }
}
