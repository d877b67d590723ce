using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows;

public sealed class WinDivertLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("library-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_UnknownSum_IsRefusedWithTheSum()
    {
        var path = Write("WinDivert.dll", "no library");
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = path }));
        Assert.Contains("unknown SHA-256 ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(Sum("no library"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Missing_SaysWhatToInstall() =>
        Assert.Contains("install WinDivert 2.2.2", Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = Path.Combine(_folder, "WinDivert.dll") })).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_UnknownDriverBesideIt_IsRefused()
    {
        var path = Write("WinDivert.dll", "library");
        Write("WinDivert64.sys", "driver");
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = path, LibrarySums = [Sum("library")] }));
        Assert.Contains("WinDivert64.sys has the unknown", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_WritableByOthers_IsRefused(bool isFolder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other rights");
        var path = Write("WinDivert.dll", "library");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(isFolder ? _folder : path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);
        }

        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = path, LibrarySums = [Sum("library")], DriverSums = [] }));
        Assert.Contains("is not safe to load a driver from", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_SecondLibrary_IsRefused()
    {
        Assert.SkipWhen(WinDivertDouble.Hindrance is not null, WinDivertDouble.Hindrance ?? "");
        WinDivertDriver.Load(DoubleDriver.Options);
        WinDivertDriver.Load(DoubleDriver.Options);
        var other = new WinDivertLibraryOptions { Path = Write("WinDivert.dll", "library"), LibrarySums = [Sum("library")], DriverSums = [] };
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(other));
        Assert.Contains("a process can use only one", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PathTooLongForTheDriver_IsRefused()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, new string('a', 250))).FullName;
        var refusal = Assert.Throws<AdapterException>(() => WinDivertDriver.Load(new WinDivertLibraryOptions { Path = Path.Combine(folder, "WinDivert.dll") }));
        Assert.Contains("longer than 259", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(22)]
    [InlineData(87)]
    [InlineData(122)]
    [InlineData(232)]
    [InlineData(577)]
    [InlineData(654)]
    [InlineData(995)]
    [InlineData(997)]
    [InlineData(1058)]
    [InlineData(1060)]
    [InlineData(1232)]
    [InlineData(1275)]
    [InlineData(1450)]
    [InlineData(1753)]
    public void Error_EveryCodeNamed_HasASentenceOfItsOwn(int code)
    {
        Assert.DoesNotContain("look it up", WinDivertError.Describe(code), StringComparison.Ordinal);
        Assert.Contains("look it up", WinDivertError.Describe(4711), StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Sum(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
