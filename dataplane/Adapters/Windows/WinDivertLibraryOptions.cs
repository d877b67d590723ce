namespace IpsecDp.Adapters.Windows;

/// <summary>Which WinDivert is loaded, and from where.</summary>
public sealed record WinDivertLibraryOptions
{
    /// <summary>SHA-256 of WinDivert.dll 2.2.2 for x64, as released and signed.</summary>
    public const string Library222 = "c1e060ee19444a259b2162f8af0f3fe8c4428a1c6f694dce20de194ac8d7d9a2";

    /// <summary>SHA-256 of WinDivert64.sys 2.2.2.</summary>
    public const string Driver222 = "8da085332782708d8767bcace5327a6ec7283c17cfb85e40b03cd2323a90ddc2";

    /// <summary>The library's full path; by default WinDivert.dll beside the program. Windows loads the driver from the same folder.</summary>
    public string Path { get; init; } = System.IO.Path.Combine(AppContext.BaseDirectory, "WinDivert.dll");

    /// <summary>SHA-256 sums of libraries that may be loaded, in hexadecimal.</summary>
    public IReadOnlyList<string> LibrarySums { get; init; } = [Library222];

    /// <summary>SHA-256 sums of drivers that may lie beside it, in hexadecimal; an empty list asks for no driver file, as where the driver is loaded already.</summary>
    public IReadOnlyList<string> DriverSums { get; init; } = [Driver222];
}
