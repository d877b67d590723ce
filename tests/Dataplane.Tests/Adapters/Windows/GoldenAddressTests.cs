using System.Runtime.InteropServices;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The address structure against images compiled from the header of the same release.</summary>
public sealed class GoldenAddressTests
{
    [Fact]
    public void Layout_SizeAndOffsets_AreTheHeaders()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var layout = GoldenFolder.Array("layout.json");
        var size = layout.Single(line => line.GetProperty("struct").GetString() == "WINDIVERT_ADDRESS" && line.TryGetProperty("align", out _));
        Assert.Equal((size.GetProperty("size").GetInt32(), size.GetProperty("size").GetInt32()), (Marshal.SizeOf<WinDivertAddress>(), WinDivertAddress.Size));
        var images = 0;
        foreach (var line in layout.Where(line => line.GetProperty("struct").GetString() == "WINDIVERT_ADDRESS" && line.TryGetProperty("image", out _)))
        {
            var field = line.GetProperty("bitfield").GetString()!;
            var address = MemoryMarshal.Read<WinDivertAddress>(Convert.FromHexString(line.GetProperty("image").GetString()!));
            Assert.True(IsAlone(address, field), $"{field}: {address.Layer} {address.Event} {address.Marks}");
            images++;
        }

        Assert.True(images >= 10, $"{images} images");
    }

    [Fact]
    public void Network_Interface_StandsWhereTheImageHasIt()
    {
        var image = DivertAddressImage.Of(0x0102030405060708, DivertAddressImage.Outbound | DivertAddressImage.Impostor, 0xA1B2C3D4, 0x11223344);
        var address = MemoryMarshal.Read<WinDivertAddress>(image.Octets);
        Assert.Equal((0x0102030405060708, 0xA1B2C3D4u, 0x11223344u), (address.Timestamp, address.Interface, address.SubInterface));
        Assert.Equal(WinDivertMarks.Outbound | WinDivertMarks.Impostor, address.Marks);
        Assert.Equal(image.Octets, MemoryMarshal.AsBytes(new ReadOnlySpan<WinDivertAddress>(ref address)).ToArray());
    }

    // Each image has one field set, to all ones.
    private static bool IsAlone(in WinDivertAddress address, string field)
    {
        var marks = field switch
        {
            "Sniffed" => WinDivertMarks.Sniffed,
            "Outbound" => WinDivertMarks.Outbound,
            "Loopback" => WinDivertMarks.Loopback,
            "Impostor" => WinDivertMarks.Impostor,
            "IPv6" => WinDivertMarks.V6,
            "IPChecksum" => WinDivertMarks.IpChecksum,
            "TCPChecksum" => WinDivertMarks.TcpChecksum,
            "UDPChecksum" => WinDivertMarks.UdpChecksum,
            _ => WinDivertMarks.None,
        };
        return address.Marks == marks && (address.Layer != 0) == (field == "Layer") && (address.Event != 0) == (field == "Event")
            && address.Timestamp == (field == "Timestamp" ? 16909060 : 0)
            && address.Interface == (field == "Network.IfIdx" ? 287454020u : 0)
            && address.SubInterface == (field == "Network.SubIfIdx" ? 1432778632u : 0);
    }
}
