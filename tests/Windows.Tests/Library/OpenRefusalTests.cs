using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Windows.Tests.Library;

/// <summary>What the DLL refuses before it comes to the driver, and what the shipped loader refuses before it comes to the DLL.</summary>
public sealed class OpenRefusalTests
{
    public OpenRefusalTests() => Installation.Require();

    [Fact]
    public void Open_WrongArguments_GiveTheObservedCodes()
    {
        Assert.SkipWhen(GoldenFolder.Hindrance is not null, GoldenFolder.Hindrance ?? "");
        var compared = 0;
        // Where a driver can be opened, a case without one shows nothing.
        foreach (var line in GoldenFolder.Lines("usermode-errors.jsonl").Where(line => line.GetProperty("fn").GetString() == "WinDivertOpen" && line.GetProperty("lastError").GetInt32() != WinDivertError.ServiceDoesNotExist))
        {
            using var handle = WinDivertNative.Open(line.GetProperty("filter").GetString()!, line.GetProperty("layer").GetInt32(), line.GetProperty("priority").GetInt16(), line.GetProperty("flags").GetUInt64());
            Assert.Equal((line.GetProperty("case").GetString(), line.GetProperty("lastError").GetInt32()), (line.GetProperty("case").GetString(), WinDivertNative.LastError));
            Assert.True(handle.IsInvalid);
            compared++;
        }

        Assert.True(compared >= 8, $"{compared}");
    }

    [Fact]
    public void Load_FolderOfAnotherOwner_IsRefusedInASentence()
    {
        // Under Wine no file belongs to the administrators' group.
        Installation.RequireEmulated();
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = Installation.LibraryPath, DriverSums = [] }));
        Assert.Contains("is not safe to load a driver from", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_DriverOfAnotherSum_IsRefusedWithTheSum()
    {
        Installation.RequireEmulated();
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = Installation.LibraryPath }));
        Assert.Contains("WinDivert64.sys has the unknown SHA-256", refusal.Message, StringComparison.Ordinal);
    }
}
