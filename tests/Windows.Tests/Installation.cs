using IpsecDp.Adapters.Windows;

namespace Windows.Tests;

/// <summary>The real WinDivert.dll that the environment names, and what stands behind it.</summary>
internal static class Installation
{
    /// <summary>The folder with WinDivert.dll and WinDivert64.sys.</summary>
    public const string FolderVariable = "IPSECDP_WINDIVERT";

    /// <summary><c>emulated</c> where WinDivert64.sys is the tests' device under Wine, <c>driver</c> where it is the released driver.</summary>
    public const string DeviceVariable = "IPSECDP_WINDIVERT_DEVICE";

    private static readonly Lazy<IDivertDriver> OpenedDriver = new(() => IsEmulated ? new BoundDriver() : WinDivertDriver.Load(new WinDivertLibraryOptions { Path = LibraryPath }));

    /// <summary>The library.</summary>
    public static string LibraryPath => Path.Combine(Environment.GetEnvironmentVariable(FolderVariable) ?? AppContext.BaseDirectory, "WinDivert.dll");

    /// <summary>Whether the device is the tests' own, which touches no network.</summary>
    public static bool IsEmulated => Environment.GetEnvironmentVariable(DeviceVariable) == "emulated";

    /// <summary>Whether the released driver is there to be loaded.</summary>
    public static bool IsReal => Environment.GetEnvironmentVariable(DeviceVariable) == "driver";

    /// <summary>The driver through the shipped binding.</summary>
    public static IDivertDriver Driver => OpenedDriver.Value;

    /// <summary>Skips a test where the library is absent.</summary>
    public static void Require()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "WinDivert.dll needs Windows, or Wine");
        Assert.SkipUnless(File.Exists(LibraryPath), $"WinDivert.dll 2.2.2 is absent: name its folder in {FolderVariable}");
        _ = Driver;
    }

    /// <summary>Skips a test of the emulated device elsewhere.</summary>
    public static void RequireEmulated()
    {
        Require();
        Assert.SkipUnless(IsEmulated, "the emulated device is Wine's: its packets come from no host");
    }

    /// <summary>Skips a test of the released driver elsewhere.</summary>
    public static void RequireReal()
    {
        Require();
        Assert.SkipUnless(IsReal, $"the released driver needs a Windows machine and an administrator: {DeviceVariable}=driver says that this is one");
    }
}
