<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>LandStewardship</name>
    <message>
        <source>1 Understand</source>
        <translation>1 知る</translation>
    </message>
    <message>
        <source>2 Choose</source>
        <translation>2 選ぶ</translation>
    </message>
    <message>
        <source>3 Act</source>
        <translation>3 行う</translation>
    </message>
    <message>
        <source>Act</source>
        <translation>行う</translation>
    </message>
    <message>
        <source>All .xml and .zip files in this folder and the folders below it are read as well.</source>
        <translation>このフォルダとその下にある.xmlと.zipもすべて読み込みます。</translation>
    </message>
    <message>
        <source>An .xml file, or a .zip that holds such files (also zips inside it).</source>
        <translation>.xmlファイル、または.xmlの入った.zipファイル（.zipの中の.zipも可）。</translation>
    </message>
    <message>
        <source>Ask for “Lots without a known place” to keep them.</source>
        <translation>残すには「位置の分からない筆」の保存先を指定してください。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>中止しました。何も変えていません。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>変更</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>選ぶ</translation>
    </message>
    <message>
        <source>Coordinate system: {name} (EPSG:{code}).</source>
        <translation>座標系: {name}（EPSG:{code}）。</translation>
    </message>
    <message>
        <source>Data: {text}</source>
        <translation>データ: {text}</translation>
    </message>
    <message>
        <source>Datum</source>
        <translation>測地系</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完了</translation>
    </message>
    <message>
        <source>Entries outside the sheet, not lots</source>
        <translation>地区外・別図（筆ではない）</translation>
    </message>
    <message>
        <source>Entries to look at</source>
        <translation>確かめるところ</translation>
    </message>
    <message>
        <source>Folder with land registry maps</source>
        <translation>登記所備付地図データのフォルダ</translation>
    </message>
    <message>
        <source>Import land registry map</source>
        <translation>登記所備付地図データを読み込む</translation>
    </message>
    <message>
        <source>In Terminal run: /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} and restart QGIS.</source>
        <translation>ターミナルで /Applications/QGIS.app/Contents/MacOS/bin/python3 -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In a terminal run: sudo apt install {debian} and restart QGIS.</source>
        <translation>端末で sudo apt install {debian} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>In the conda environment of QGIS run: conda install -c conda-forge {names}</source>
        <translation>QGIS の conda 環境で次を実行してください: conda install -c conda-forge {names}</translation>
    </message>
    <message>
        <source>Land Stewardship</source>
        <translation>土地の使い方</translation>
    </message>
    <message>
        <source>Land registry map</source>
        <translation>登記所備付地図データ</translation>
    </message>
    <message>
        <source>Land registry map (*.xml *.XML *.zip *.ZIP)</source>
        <translation>登記所備付地図データ (*.xml *.XML *.zip *.ZIP)</translation>
    </message>
    <message>
        <source>Leave empty to take the zone named in the files. Maps of other zones are converted to it.</source>
        <translation>空ならファイルに書かれた系を使います。ほかの系の地図はこの系に変換します。</translation>
    </message>
    <message>
        <source>Lots</source>
        <translation>筆</translation>
    </message>
    <message>
        <source>Lots of maps in an arbitrary coordinate system, in their own local coordinates.</source>
        <translation>任意座標系の地図の筆です。地図ごとの座標のままです。</translation>
    </message>
    <message>
        <source>Lots with an undetermined boundary</source>
        <translation>筆界未定の筆</translation>
    </message>
    <message>
        <source>Lots without a known place</source>
        <translation>位置の分からない筆</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次にすること</translation>
    </message>
    <message>
        <source>No data yet</source>
        <translation>データがありません</translation>
    </message>
    <message>
        <source>Not started</source>
        <translation>まだです</translation>
    </message>
    <message>
        <source>Number of lots</source>
        <translation>筆の数</translation>
    </message>
    <message>
        <source>One row per lot (筆). A lot whose outline is broken stays in without a shape.</source>
        <translation>1筆が1行です。線がつながらない筆は、形のない行として残します。</translation>
    </message>
    <message>
        <source>Open “OSGeo4W Shell” from the start menu, run: python -m pip install {names} and restart QGIS.</source>
        <translation>スタートメニューから「OSGeo4W Shell」を開き、python -m pip install {names} を実行して、QGIS を再起動してください。</translation>
    </message>
    <message>
        <source>Out of date</source>
        <translation>古い結果です</translation>
    </message>
    <message>
        <source>Reads land registry maps (登記所備付地図データ, 地図XML) and makes the lots. Give one file or a folder. Shapes stay exactly as they are drawn, mistakes included; check them with “Check parcels”. Maps in an arbitrary coordinate system (任意座標系) have no known place and are kept apart. The maps hold no owner, no land category and no registered area, and do not prove where a boundary is.</source>
        <translation>登記所備付地図データ（地図XML）を読み込み、筆をつくります。ファイルかフォルダを指定してください。形は誤りも含めて元のまま残します。形の確認は「筆と境界を調べる」で行います。任意座標系の地図は位置が分からないため、別に分けます。この地図には所有者、地目、地積はなく、筆界の位置を証明するものでもありません。</translation>
    </message>
    <message>
        <source>Run recorded in {file}</source>
        <translation>実行の記録: {file}</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>調べています</translation>
    </message>
    <message>
        <source>Settings: {title}</source>
        <translation>設定: {title}</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>止まりました</translation>
    </message>
    <message>
        <source>The maps lie in several zones ({zones}); all were converted to one.</source>
        <translation>地図の系が複数あります（{zones}系）。一つの系に変換しました。</translation>
    </message>
    <message>
        <source>The run could not be recorded: {why}</source>
        <translation>実行の記録を残せませんでした: {why}</translation>
    </message>
    <message>
        <source>This tool needs the Python package {names}, which this QGIS does not have.</source>
        <translation>この道具には Python パッケージ {names} が必要ですが、この QGIS にはありません。</translation>
    </message>
    <message>
        <source>Understand</source>
        <translation>知る</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>順番待ち</translation>
    </message>
    <message>
        <source>What the coordinates stand on. The files do not say it: newer maps are in JGD2011, maps not changed since before 2011 may be in JGD2000. Coordinates are not shifted.</source>
        <translation>座標のもとになる測地系です。ファイルには書かれていません。新しい地図はJGD2011（世界測地系2011）、2011年より前から直していない地図はJGD2000のことがあります。座標はずらしません。</translation>
    </message>
    <message>
        <source>Zone of the plane rectangular system</source>
        <translation>平面直角座標系の系番号</translation>
    </message>
    <message>
        <source>Zone {number}</source>
        <translation>第{number}系</translation>
    </message>
    <message>
        <source>{count} entries outside the sheet (地区外, 別図) are not lots.</source>
        <translation>地区外・別図の{count}件は筆ではないため除きました。</translation>
    </message>
    <message>
        <source>{count} lots are in an arbitrary coordinate system and have no known place.</source>
        <translation>{count}筆は任意座標系のため、位置が分かりません。</translation>
    </message>
    <message>
        <source>{count} lots have an undetermined boundary (筆界未定).</source>
        <translation>{count}筆が筆界未定です。</translation>
    </message>
    <message>
        <source>{files} maps read: {lots} lots, {area} ha on the map.</source>
        <translation>地図{files}枚を読みました。{lots}筆、図上面積{area} ha。</translation>
    </message>
    <message>
        <source>{n} findings</source>
        <translation>指摘 {n}</translation>
    </message>
    <message>
        <source>… and {count} more of these.</source>
        <translation>…ほかに{count}件あります。</translation>
    </message>
</context>
</TS>
