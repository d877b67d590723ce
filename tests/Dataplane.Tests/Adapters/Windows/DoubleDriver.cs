using IpsecDp.Adapters.Windows;
using IpsecDp.TestKit.Divert;

namespace Dataplane.Tests.Adapters.Windows;

/// <summary>The product's binding over the library double, which asks the modelled driver of one test.</summary>
internal sealed class DoubleDriver : IDivertDriver, IDisposable
{
    private readonly DivertKernelServer _server;
    private readonly WinDivertDriver _driver = WinDivertDriver.Load(Options);

    public DoubleDriver(DivertKernel kernel) => _server = new DivertKernelServer(kernel);

    /// <summary>The options that allow the double.</summary>
    public static WinDivertLibraryOptions Options => new() { Path = WinDivertDouble.Path, LibrarySums = [WinDivertDouble.Sum], DriverSums = [] };

    public IDivertHandle Open(string filter, WinDivertLayer layer, short priority, WinDivertFlags flags)
    {
        WinDivertDouble.Use(_server.Path);
        return _driver.Open(filter, layer, priority, flags);
    }

    public void Dispose() => _server.Dispose();
}
