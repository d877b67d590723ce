using System.Xml.Linq;

namespace Architecture.Tests.Source;

/// <summary>What a project says of itself.</summary>
internal sealed record ProjectFile(string Path, string RootNamespace, IReadOnlySet<string> References, IReadOnlySet<string> Packages)
{
    /// <summary>The name of its room in the table of who may see whom: <c>Wire</c> for <c>dataplane/Wire/IpsecDp.Wire.csproj</c>.</summary>
    public string Room => RoomOf(Path);

    /// <summary>The folder it stands in, from the root.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>Reads one of the checkout's projects.</summary>
    public static ProjectFile Read(string path) => Parse(path, Checkout.Read(path));

    /// <summary>Reads a project's XML.</summary>
    public static ProjectFile Parse(string path, string xml)
    {
        var project = XDocument.Parse(xml);
        return new ProjectFile(
            path,
            project.Descendants("RootNamespace").Single().Value,
            Includes(project, "ProjectReference").Select(RoomOf).ToHashSet(),
            Includes(project, "PackageReference").ToHashSet());
    }

    private static string RoomOf(string path) => path.Replace('\\', '/').Split('/')[^2];

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(reference => reference.Attribute("Include")!.Value);
}
