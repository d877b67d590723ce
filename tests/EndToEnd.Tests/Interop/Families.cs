namespace EndToEnd.Tests.Interop;

/// <summary>The IP versions of a clear packet and, in tunnel mode, of the header around it.</summary>
public enum Families
{
    V4,
    V6,
    V4InV6,
    V6InV4,
}
